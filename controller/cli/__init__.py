"""The `podfleet` command line: one file a command."""
