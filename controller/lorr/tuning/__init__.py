"""Tuning of the league planner for a map: short simulations, and the guide file that keeps what was chosen."""
