"""Calls to a user's policy: its answer is checked, and the default policy answers instead when it fails."""

from collections.abc import Callable, Iterable, Sequence, Set
from operator import index
from typing import Any, SupportsIndex, TypeVar

from controller.policies.own.view import FloorView
from controller.scenario import policy_plugins
from controller.scenario.scenario import Scenario
from controller.site.site import Site
from robots.recording.events import Alarm

_Answer = TypeVar("_Answer")


class WrongAnswerError(ValueError):
    """Answer of a policy that cannot be carried out."""


def ask(
    site: Site,
    kind: str,
    arguments: Sequence[object],
    check: Callable[[Any], _Answer],
    instead: Callable[[], _Answer],
) -> _Answer:
    """Return the checked answer of the user's policy of a kind; that of `instead`, with an alarm, if it fails.

    check: turns the policy's answer into what the floor uses, and raises if that is not possible.
    """
    made = site.own_policies.made
    policy = made[kind] if kind in made else prepare(site, kind)
    try:
        return check(policy(FloorView(site, kind), *arguments))
    except Exception as error:  # the policy is a user's own, and the floor survives its faults
        _failed(site, kind, error)
        return instead()


def prepare_all(site: Site) -> None:
    """Create all user policies before the first tick. InputError if one cannot be created."""
    for kind in policy_plugins.names_of(site.scenario.policies):
        prepare(site, kind)


def prepare(site: Site, kind: str) -> Callable[..., object]:
    """Create the user's policy of a kind."""
    policy = site.own_policies.made[kind] = policy_plugins.make(site.scenario, kind)
    return policy


def choice_of(answer: object, what: str, allowed: Iterable[int]) -> tuple[int, str] | None:
    """Return a number and its reason, None for none. WrongAnswerError if the number is not allowed. what: its noun."""
    if answer is None:
        return None
    chosen, reason = _pair(answer)
    return known(chosen, what, set(allowed)), reason_of(reason)


def known(number: SupportsIndex, what: str, allowed: Set[int]) -> int:
    """Return a whole number that is allowed. WrongAnswerError for any other."""
    try:
        whole = index(number)
    except TypeError:
        raise WrongAnswerError(f"it returned {type(number).__name__} for a {what}") from None
    if whole not in allowed:
        raise WrongAnswerError(f"{what} {whole} can't be chosen")
    return whole


def reason_of(reason: object) -> str:
    """Return a reason. WrongAnswerError if it is none."""
    if not isinstance(reason, str) or not reason.strip():
        raise WrongAnswerError("it gave no reason in words")
    return reason


def moves_of(
    answer: Iterable[object], firsts: tuple[str, Iterable[int]], seconds: tuple[str, Iterable[int]]
) -> list[tuple[int, int, str]]:
    """Return (first, second, reason) of each entry of an answer. firsts, seconds: (noun, allowed numbers).

    WrongAnswerError if a number is not allowed or occurs twice.
    """
    rows = [_entry(entry, (firsts[0], set(firsts[1])), (seconds[0], set(seconds[1]))) for entry in answer]
    for column, (noun, _) in enumerate((firsts, seconds)):
        if len({row[column] for row in rows}) < len(rows):
            raise WrongAnswerError(f"it chose a {noun} twice")
    return rows


def robots_of(answer: object, allowed: Iterable[int]) -> tuple[list[int], str]:
    """Return robot numbers and the reason for all of them.

    WrongAnswerError if a number is not allowed or occurs twice.
    """
    numbers, reason = _pair(answer)
    free = set(allowed)
    robots = [known(number, "robot", free) for number in numbers]
    if len(set(robots)) < len(robots):
        raise WrongAnswerError("it chose a robot twice")
    return robots, reason_of(reason) if robots else ""


def _entry(entry: object, firsts: tuple[str, set[int]], seconds: tuple[str, set[int]]) -> tuple[int, int, str]:
    if not isinstance(entry, tuple | list) or len(entry) != 3:
        raise WrongAnswerError(f"it returned {type(entry).__name__}, not ({firsts[0]}, {seconds[0]}, reason)")
    first, second, reason = entry
    return known(first, *firsts), known(second, *seconds), reason_of(reason)


def _pair(answer: object) -> tuple[Any, Any]:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise WrongAnswerError(f"it returned {type(answer).__name__}, not a choice and its reason")
    return answer[0], answer[1]


def _failed(site: Site, kind: str, error: Exception) -> None:
    """Count a fault; the first one of a kind raises an alarm."""
    fault = str(error) if isinstance(error, WrongAnswerError) else f"it failed with {type(error).__name__}: {error}"
    text = f"{kind} policy {_name(site.scenario, kind)}: {fault}; the default policy chose instead"
    if site.own_policies.fail(kind, site.tick, text):
        site.emit(Alarm(site.tick, "policy", text))


def _name(scenario: Scenario, kind: str) -> str:
    return str(getattr(scenario.policies, kind))
