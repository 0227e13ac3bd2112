"""Experiments: arms on the same seeds or orders, and by how much they differ."""
