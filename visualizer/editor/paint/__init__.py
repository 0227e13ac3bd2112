"""Painting of the layout editor."""
