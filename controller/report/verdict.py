"""The verdict over a run: were the invariants kept, did anybody get stuck, did the orders leave on time."""

from collections.abc import Mapping
from typing import Any

from controller.wording import share

ON_TIME_TARGET = 0.997
"""Share of orders on time that a well-run warehouse reaches [WERC]."""

_INVARIANTS = ("collisions", "stock_errors", "order_errors", "chain_errors")

GOOD, BAD, UNKNOWN = "good", "bad", "unknown"


def verdict(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """Three answers: {"question", "answer", "state"}; state is good, bad or unknown."""
    return [_invariants(summary), _stuck(summary), _on_time(summary)]


def _answer(question: str, answer: str, state: str) -> dict[str, str]:
    return {"question": question, "answer": answer, "state": state}


def _invariants(summary: Mapping[str, Any]) -> dict[str, str]:
    question = "Invariants"
    counts = {key: summary[key] for key in _INVARIANTS if summary.get(key) is not None}
    broken = [f"{count} {key.replace('_', ' ')}" for key, count in counts.items() if count]
    if broken:
        return _answer(question, "broken: " + ", ".join(broken), BAD)
    if not counts or not summary.get("checked", True):
        return _answer(question, "not checked at each tick (run with --check)", UNKNOWN)
    return _answer(question, "kept at every tick", GOOD)


def _stuck(summary: Mapping[str, Any]) -> dict[str, str]:
    stuck = summary.get("stuck_robots")
    if stuck is None:
        return _answer("Progress", "not checked in this run", UNKNOWN)
    if stuck:
        return _answer("Progress", f"{stuck} robots got stuck", BAD)
    return _answer("Progress", "no robot got stuck", GOOD)


def _on_time(summary: Mapping[str, Any]) -> dict[str, str]:
    on_time = summary.get("on_time")
    if on_time is None:
        return _answer("On time", "no order was due yet", UNKNOWN)
    met = on_time >= ON_TIME_TARGET
    words = "target" if met else "below the target"
    return _answer("On time", f"{share(on_time)} ({words} {share(ON_TIME_TARGET)})", GOOD if met else BAD)
