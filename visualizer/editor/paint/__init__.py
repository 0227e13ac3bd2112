"""Paints the layout editor."""
