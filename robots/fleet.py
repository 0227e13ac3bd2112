"""Former name of robots.units.fleet, kept for one release."""

from layout.former_names import moved
from robots.units.fleet import *

moved(__name__, "robots.units.fleet")
