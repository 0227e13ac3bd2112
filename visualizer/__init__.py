"""The picture of the floor: a window for live runs and replays, and pictures without a display.

The visualizer is a process of its own. It knows maps and messages but not the controller, so a crash of it can't stop
the floor.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # pygame prints a greeting on stdout when it is imported
