"""Path planning: from the robots' goals to their next actions, with a guard against wrong plans and a watch on
progress.
"""
