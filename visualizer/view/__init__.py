"""Camera, arrangement, search, timeline."""
