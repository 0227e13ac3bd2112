"""Numba kernels of slotting: arrays in, arrays out."""
