"""Files: found, read, written, checked."""
