"""Operator commands from the window."""
