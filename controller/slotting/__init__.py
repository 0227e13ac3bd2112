"""Slotting studies: analysis, plans, moves, heat."""
