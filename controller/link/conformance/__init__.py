"""The conformance test for robot agents."""
