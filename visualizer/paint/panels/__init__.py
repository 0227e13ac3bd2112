"""Paints the panels around the floor."""
