"""Simulation commands: run, compare, variants, league problems, forecasts."""
