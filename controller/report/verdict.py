"""Verdict over a run: invariants, progress, and orders on time."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import convert

from controller.kpis.summary import Trouble
from controller.kpis.trouble import words
from robots.wording.formatting import count, share, span

ON_TIME_TARGET = 0.997
"""Share of orders on time that a well-run warehouse reaches [WERC]."""

NO_PICKS_S = 1_800.0
"""Seconds with work at an open pick station and no unit picked after which a floor makes no progress."""

_INVARIANTS = ("collisions", "stock_errors", "order_errors", "chain_errors")

GOOD, BAD, UNKNOWN = "good", "bad", "unknown"


def verdict(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return three answers: {"question", "answer", "state"}; state is good, bad or unknown."""
    return [_invariants(summary), _progress(summary), _on_time(summary)]


def _answer(question: str, answer: str, state: str) -> dict[str, str]:
    return {"question": question, "answer": answer, "state": state}


def _invariants(summary: Mapping[str, Any]) -> dict[str, str]:
    question = "Invariants"
    counts = {key: summary[key] for key in _INVARIANTS if summary.get(key) is not None}
    broken = [f"{count} {key.replace('_', ' ')}" for key, count in counts.items() if count]
    if broken:
        return _answer(question, "broken: " + ", ".join(broken), BAD)
    if not counts or not summary.get("checked", False):
        return _answer(question, "not checked at each tick (run with --check)", UNKNOWN)
    return _answer(question, "kept at every tick", GOOD)


def _progress(summary: Mapping[str, Any]) -> dict[str, str]:
    stuck, trouble = summary.get("stuck_robots"), summary.get("trouble")
    hindrances = [clause for hindrance in HINDRANCES for clause in hindrance(summary)]
    if hindrances:
        return _answer("Progress", "; ".join(hindrances), BAD)
    if stuck is None or trouble is None:
        return _answer("Progress", "not checked in this run", UNKNOWN)
    return _answer("Progress", "no robot is stuck, flat, dead or offline; every open order can be served", GOOD)


def _stuck(summary: Mapping[str, Any]) -> list[str]:
    stuck = summary.get("stuck_robots")
    return [f"{count(stuck, 'robot')} got stuck"] if stuck else []


def _refused(summary: Mapping[str, Any]) -> list[str]:
    refused, failed = summary.get("refused_plans") or 0, summary.get("planner_failures") or 0
    first = summary.get("first_planner_fault")
    clauses = [f"{refused:,} of {count(summary.get('ticks', 0), 'plan')} refused, first at {first}"] if refused else []
    return clauses or ([f"the planner failed {count(failed, 'time')}, first at {first}"] if failed else [])


def _own_policies(summary: Mapping[str, Any]) -> list[str]:
    failed, first = summary.get("policy_failures") or 0, summary.get("first_policy_fault")
    return [f"own policies failed {count(failed, 'time')}, first at {first}"] if failed else []


def _trouble(summary: Mapping[str, Any]) -> list[str]:
    return words(convert(summary.get("trouble") or {}, Trouble))


def _no_picks(summary: Mapping[str, Any]) -> list[str]:
    seconds = summary.get("without_picks_s") or 0.0
    return [f"no unit was picked in the last {span(seconds)}, though orders waited"] if seconds >= NO_PICKS_S else []


Hindrance = Callable[[Mapping[str, Any]], list[str]]
"""Check of a summary that returns clauses describing what went wrong; none if nothing did."""
HINDRANCES: tuple[Hindrance, ...] = (_stuck, _refused, _own_policies, _trouble, _no_picks)
"""Checks whose clauses make the progress bad, in order of evaluation."""


def _on_time(summary: Mapping[str, Any]) -> dict[str, str]:
    on_time = summary.get("on_time")
    if on_time is None:
        return _answer("On time", "no order was due yet", UNKNOWN)
    met = on_time >= ON_TIME_TARGET
    words = "target" if met else "below the target"
    return _answer("On time", f"{share(on_time)} ({words} {share(ON_TIME_TARGET)})", GOOD if met else BAD)
