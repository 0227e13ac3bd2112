"""Moves from one slotting plan to another."""
