"""The floor planners' loops in numba: arrays in, arrays out."""
