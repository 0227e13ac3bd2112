"""Receiving: appointments, doors, put-away."""
