"""Demand: orders generated, or read from files."""
