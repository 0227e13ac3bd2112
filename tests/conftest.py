"""For all tests: examples of hypothesis may take their time, for a busy machine is no fault of the program."""

from hypothesis import settings

settings.register_profile("podfleet", deadline=None)
settings.load_profile("podfleet")
