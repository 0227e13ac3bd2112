"""podfleet from Python: load a scenario, run it or step it tick by tick, read a record, compare two scenarios.

    from podfleet import Scenario, run

    summary = run(Scenario.load("maps/demo.toml"), seed=1, ticks=600)
    units, on_time = summary.units_picked, summary.on_time

What is exported here is stable; docs/reference/python-api.md says what that means. A name is imported when it is first used, so
that `podfleet --help` need not wait for numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from controller.kpis.summary import Summary
    from layout.errors import InputError
    from podfleet.comparison import Comparison, Difference, compare
    from podfleet.record import RunRecord, read_record
    from podfleet.running import Floor, Tick, run
    from podfleet.scenario import Scenario

__all__ = [
    "Comparison",
    "Difference",
    "Floor",
    "InputError",
    "RunRecord",
    "Scenario",
    "Summary",
    "Tick",
    "compare",
    "read_record",
    "run",
]
_MODULES = {
    "controller.kpis.summary": ("Summary",),
    "layout.errors": ("InputError",),
    "podfleet.comparison": ("Comparison", "Difference", "compare"),
    "podfleet.record": ("RunRecord", "read_record"),
    "podfleet.running": ("Floor", "Tick", "run"),
    "podfleet.scenario": ("Scenario",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
