"""Paints the picture."""
