"""Failures on the floor: robots that stop or die, closed cells, and how work recovers."""
