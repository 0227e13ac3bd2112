"""The data that a picture of a moment is painted from."""
