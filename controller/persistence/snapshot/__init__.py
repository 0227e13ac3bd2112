"""Write objects as bytes and read them without executing anything the bytes contain: `write` and `read` in graph.py."""
