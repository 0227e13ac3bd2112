"""Former name of controller.policies.own.view, kept for one release."""

from controller.policies.own.view import *
from layout.former_names import moved

moved(__name__, "controller.policies.own.view")
