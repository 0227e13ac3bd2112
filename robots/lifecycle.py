"""Former name of robots.units.lifecycle, kept for one release."""

from layout.former_names import moved
from robots.units.lifecycle import *

moved(__name__, "robots.units.lifecycle")
