"""Former name of robots.recording.record, kept for one release."""

from layout.former_names import moved
from robots.recording.record import *

moved(__name__, "robots.recording.record")
