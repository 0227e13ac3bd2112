"""Independent eyes on a run: they share no code with planner, guard or simulator."""
