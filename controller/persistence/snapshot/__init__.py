"""Objects as bytes and back, without running anything that the bytes ask for: `write` and `read` in graph.py."""
