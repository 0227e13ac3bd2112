"""League results: written, made from records, and validated."""
