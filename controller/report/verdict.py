"""Verdict over a run: invariants, progress, and orders on time."""

from collections.abc import Callable, Mapping

from controller.kpis.summary import Trouble
from controller.kpis.trouble import words
from controller.report.document import RunFigures, run_figures
from robots.wording.formatting import count, share, span

ON_TIME_TARGET = 0.997
"""Share of orders on time that a well-run warehouse reaches [WERC]."""

NO_PICKS_S = 1_800.0
"""Seconds with work at an open pick station and no unit picked after which a floor makes no progress."""

_INVARIANTS = ("collisions", "stock_errors", "order_errors", "chain_errors")

GOOD, BAD, UNKNOWN = "good", "bad", "unknown"


def verdict(summary: Mapping[str, object]) -> list[dict[str, str]]:
    """Return three answers: {"question", "answer", "state"}; state is good, bad or unknown."""
    figures = run_figures(summary)
    return [_invariants(figures), _progress(figures), _on_time(figures)]


def hindrances(figures: RunFigures) -> list[str]:
    """Return what kept a floor from its work, a clause each."""
    return [clause for hindrance in HINDRANCES for clause in hindrance(figures)]


def _answer(question: str, answer: str, state: str) -> dict[str, str]:
    return {"question": question, "answer": answer, "state": state}


def _invariants(figures: RunFigures) -> dict[str, str]:
    question = "Invariants"
    found = {key: getattr(figures, key) for key in _INVARIANTS}
    counts = {key: number for key, number in found.items() if number is not None}
    broken = [f"{count} {key.replace('_', ' ')}" for key, count in counts.items() if count]
    if broken:
        return _answer(question, "broken: " + ", ".join(broken), BAD)
    if not counts or not figures.checked:
        return _answer(question, "not checked at each tick (run with --check)", UNKNOWN)
    return _answer(question, "kept at every tick", GOOD)


def _progress(figures: RunFigures) -> dict[str, str]:
    stuck, trouble = figures.stuck_robots, figures.trouble
    if clauses := hindrances(figures):
        return _answer("Progress", "; ".join(clauses), BAD)
    if stuck is None or trouble is None:
        return _answer("Progress", "not checked in this run", UNKNOWN)
    return _answer("Progress", "no robot is stuck, flat, dead or offline; every open order can be served", GOOD)


def _stuck(figures: RunFigures) -> list[str]:
    stuck = figures.stuck_robots
    return [f"{count(stuck, 'robot')} got stuck"] if stuck else []


def _refused(figures: RunFigures) -> list[str]:
    refused, failed = figures.refused_plans or 0, figures.planner_failures or 0
    first = figures.first_planner_fault
    clauses = [f"{refused:,} of {count(figures.ticks, 'plan')} refused, first at {first}"] if refused else []
    return clauses or ([f"the planner failed {count(failed, 'time')}, first at {first}"] if failed else [])


def _own_policies(figures: RunFigures) -> list[str]:
    failed, first = figures.policy_failures or 0, figures.first_policy_fault
    return [f"own policies failed {count(failed, 'time')}, first at {first}"] if failed else []


def _trouble(figures: RunFigures) -> list[str]:
    return words(figures.trouble or Trouble())


def _no_picks(figures: RunFigures) -> list[str]:
    seconds = figures.without_picks_s or 0.0
    return [f"no unit was picked in the last {span(seconds)}, though orders waited"] if seconds >= NO_PICKS_S else []


Hindrance = Callable[[RunFigures], list[str]]
"""Check of a summary that returns clauses describing what went wrong; none if nothing did."""
HINDRANCES: tuple[Hindrance, ...] = (_stuck, _refused, _own_policies, _trouble, _no_picks)
"""Checks whose clauses make the progress bad, in order of evaluation."""


def _on_time(figures: RunFigures) -> dict[str, str]:
    on_time = figures.on_time
    if on_time is None:
        return _answer("On time", "no order was due yet", UNKNOWN)
    met = on_time >= ON_TIME_TARGET
    words = "target" if met else "below the target"
    return _answer("On time", f"{share(on_time)} ({words} {share(ON_TIME_TARGET)})", GOOD if met else BAD)
