"""Painting of the picture."""
