"""Orders: generated, or read from files."""
