"""The supply chain around the floor: suppliers, docks, stock levels, promises, parcels, vans, returns, sellers, money."""
