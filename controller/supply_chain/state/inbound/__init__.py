"""State of what comes in: purchase orders, dock, inventory, sellers' stock."""
