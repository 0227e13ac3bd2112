"""The state of one running floor."""
