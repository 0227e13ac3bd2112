"""Inbound state: purchase orders, dock, inventory, sellers' stock."""
