"""Outbound state: promises, parcels, departures, deliveries, returns."""
