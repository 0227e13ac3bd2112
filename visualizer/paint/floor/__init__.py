"""Paints the floor: ground, robots, marks, alarms."""
