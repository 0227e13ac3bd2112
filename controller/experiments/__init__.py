"""Experiments: arms on the same seeds or orders, and their differences."""
