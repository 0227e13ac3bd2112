"""Former name of robots.link.messages, kept for one release."""

from layout.former_names import moved
from robots.link.messages import *

moved(__name__, "robots.link.messages")
