"""State of one running floor."""
