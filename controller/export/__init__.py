"""CSV export of a record."""
