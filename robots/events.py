"""Former name of robots.recording.events, kept for one release."""

from layout.former_names import moved
from robots.recording.events import *

moved(__name__, "robots.recording.events")
