"""The `podfleet slot` commands."""
