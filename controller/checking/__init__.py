"""Independent checks of a run, which share no code with planner, guard or simulator."""
