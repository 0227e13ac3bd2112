"""Events, numbers, times and cells as text: one wording for explain, track, report and window."""
