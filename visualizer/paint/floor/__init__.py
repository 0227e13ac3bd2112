"""Painting of the floor: ground, robots, marks, alarms."""
