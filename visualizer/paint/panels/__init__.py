"""Painting of the panels around the floor."""
