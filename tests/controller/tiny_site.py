"""The tiny floor for tests of the controller, as a file, a scenario or a running site, with what a test changes of it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from controller.scenario import Fault, Scenario, load_scenario, with_faults
from controller.site import Site, build_site
from controller.tick import tick
from layout.errors import InputError
from robots.events import Event

ROOT = Path(__file__).parents[2]
TINY = ROOT / "maps" / "tiny.toml"
DEMO = ROOT / "maps" / "demo.toml"
FLOOR = f"[floor]\nfile = {json.dumps(str(TINY))}\n"
"""The shortest scenario: maps/tiny.toml as its floor."""

E = TypeVar("E", bound=Event)


def settings(**sections: object) -> dict[str, str]:
    """stock={"skus": 40} → {"stock.skus": "40"}, as `--set` has it. Values as JSON are TOML too."""
    return {
        f"{section}.{key}": json.dumps(value)
        for section, keys in sections.items()
        for key, value in dict(keys).items()  # type: ignore[call-overload]
    }


def tiny(path: Path = TINY, faults: tuple[Fault, ...] = (), **sections: object) -> Scenario:
    return with_faults(load_scenario(path, settings(**sections)), faults)


def tiny_site(path: Path = TINY, faults: tuple[Fault, ...] = (), **sections: object) -> Site:
    return build_site(tiny(path, faults, **sections))


def run(site: Site, ticks: int) -> list[Event]:
    """Everything that happens in so many ticks."""
    return [event for _ in range(ticks) for event in tick(site)[1]]


def run_until(site: Site, seen: Callable[[list[Event]], bool], ticks: int = 600) -> list[Event]:
    """What happens up to the tick that shows it; the test fails if none does."""
    happened: list[Event] = []
    for _ in range(ticks):
        events = tick(site)[1]
        happened += events
        if seen(events):
            return happened
    pytest.fail(f"not seen in {ticks} ticks")


def of_kind(events: list[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def faults_of(read: Callable[[], object]) -> list[str]:
    """The messages with which a call refuses its input."""
    with pytest.raises(InputError) as caught:
        read()
    return str(caught.value).splitlines()


def units_by_sku(site: Site) -> Iterator[tuple[int, int]]:
    """(sku, units) of all that is anywhere; the supplier holds minus what came in, so each sums to nothing."""
    for sku, units in zip(site.ledger.bin_sku.ravel().tolist(), site.ledger.bin_units.ravel().tolist(), strict=True):
        if sku >= 0:
            yield sku, units
    for held in site.ledger.places().values():
        yield from held.items()
