"""Former name of robots.agents.agent, kept for one release."""

from layout.former_names import moved
from robots.agents.agent import *

moved(__name__, "robots.agents.agent")
