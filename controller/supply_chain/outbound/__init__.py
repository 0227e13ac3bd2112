"""Outbound, from the floor to the trailer: packing, promises, shipping lanes."""
