"""Policies of the user's own: found, shown the floor, asked, checked."""
