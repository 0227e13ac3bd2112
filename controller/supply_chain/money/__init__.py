"""Costs, stock value, supplier bills."""
