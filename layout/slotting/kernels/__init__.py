"""Slotting's loops in numba: arrays in, arrays out."""
