"""Requests to a running floor, and their client."""
