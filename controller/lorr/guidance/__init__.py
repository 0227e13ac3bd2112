"""Guidance: costs of driving by direction, tuned for a map."""
