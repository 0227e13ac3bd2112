"""Colours, fonts, shapes."""
