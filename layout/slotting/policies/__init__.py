"""Slotting policies by name, and what they share."""
