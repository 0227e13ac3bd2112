"""Path planning: goals of all robots → what each does next, with a guard against wrong plans and a watch on progress."""
