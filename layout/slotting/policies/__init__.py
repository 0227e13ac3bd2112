"""Slotting policies by name, and their shared code."""
