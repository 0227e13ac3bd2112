"""State of what goes out: promises, parcels, departures, deliveries, returns."""
