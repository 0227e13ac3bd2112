"""Data that the picture of a moment is painted from."""
