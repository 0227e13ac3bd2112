"""Find, read, write and check files."""
