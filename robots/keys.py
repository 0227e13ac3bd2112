"""Former name of robots.link.keys, kept for one release."""

from layout.former_names import moved
from robots.link.keys import *

moved(__name__, "robots.link.keys")
