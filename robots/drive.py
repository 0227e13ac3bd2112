"""Former name of robots.agents.drive, kept for one release."""

from layout.former_names import moved
from robots.agents.drive import *

moved(__name__, "robots.agents.drive")
