"""Former name of controller.policies.own.protocols, kept for one release."""

from controller.policies.own.protocols import *
from layout.former_names import moved

moved(__name__, "controller.policies.own.protocols")
