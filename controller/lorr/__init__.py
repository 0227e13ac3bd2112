"""Runs under the rules of the League of Robot Runners: the problem's clock, a scheduler, a planner and a validator."""
