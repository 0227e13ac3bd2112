"""Third-party sellers: shipments, fees, removals, settlements."""
