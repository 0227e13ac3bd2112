"""Former name of robots.agents.pose, kept for one release."""

from layout.former_names import moved
from robots.agents.pose import *

moved(__name__, "robots.agents.pose")
