"""Guidance: driving costs by direction, tuned for a map."""
