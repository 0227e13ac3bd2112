"""Decisions of the floor, each a named policy that returns its choice with its reason."""
