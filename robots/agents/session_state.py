"""The life cycle of an agent's session with its controller, declared once with python-statemachine.

Logins are rare, so the machine itself runs, one for each agent.
"""

from enum import StrEnum

from statemachine import StateMachine
from statemachine.states import States


class SessionState(StrEnum):
    LOGGED_OUT = "logged_out"
    """The robot asks for a session, at rest."""
    LOGGED_IN = "logged_in"
    GIVEN_UP = "given_up"
    """The controller refused it for good; it does not ask again."""


class SessionLifecycle(StateMachine):
    _ = States.from_enum(SessionState, initial=SessionState.LOGGED_OUT, final=SessionState.GIVEN_UP)

    log_in = _.LOGGED_OUT.to(_.LOGGED_IN)
    lose = _.LOGGED_IN.to(_.LOGGED_OUT)
    give_up = _.LOGGED_OUT.to(_.GIVEN_UP)
