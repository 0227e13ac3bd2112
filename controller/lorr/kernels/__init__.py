"""The league planner's loops in numba: arrays in, arrays out."""
