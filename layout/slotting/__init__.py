"""Slotting: which SKU belongs in which pod, which pod in which place, and what that is worth."""
