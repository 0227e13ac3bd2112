"""Histories of orders and parcels: their stages and events, gathered from a run's events, and why an order is late."""
