"""Former name of robots.agents.pilot, kept for one release."""

from layout.former_names import moved
from robots.agents.pilot import *

moved(__name__, "robots.agents.pilot")
