"""The picture of the floor: a window for live runs and replays, and pictures without a display.

A process of its own that knows maps and messages and nothing of the controller, so that its crash can't stop the floor.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # pygame greets on stdout when it is imported
