"""Independent checker: tests after every tick for what a run must never do.

It trusts nothing. Robots are where their bodies are, stock is the sum of the movements, orders are where the events
have brought them; the controller's view is compared with that. It shares no code with planner, guard or simulator, so
that no mistake can hide by being made twice. Each fault is reported once. Laws know SKUs, orders, their totes and their
parcels by the run's numbers; reports use their names.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from msgspec.structs import replace

from controller.checking.chain import ChainLaws
from controller.checking.motion import Bodies, MotionLaws
from controller.checking.orders import OrderLaws
from controller.checking.stock import StockLaws
from controller.checking.waiting import WaitingLaw
from controller.site.site import Site
from controller.supply_chain.around_floor import chain_around
from robots.recording.events import Alarm, Event, OrderReceived
from robots.recording.frames import Frame

_FULL_EVERY = 1_000
"""Ticks after which everything is compared, not only what has changed."""
_NUMBERED = re.compile(r"\b(order|tote|parcel|quarantine|SKU) (\d+)\b")


class Checker:
    """Checker of a run. Create it before the first tick, call `look` after each and `finish` after the last.

    Raises TypeError for a fleet without bodies: only a simulated one can be checked from outside.
    """

    def __init__(self, site: Site) -> None:
        if not isinstance(site.fleet, Bodies):
            raise TypeError(f"{type(site.fleet).__name__} shows no bodies to look at")
        chain = chain_around(site)
        lift_ticks = site.scenario.ticks(site.scenario.robots.lift_s)
        self._motion = MotionLaws(site.grid, site.fleet, site.pods.cell, lift_ticks)
        self._stock = StockLaws(site.ledger, chain=chain is not None)
        self._orders = OrderLaws(site)
        self._waiting = WaitingLaw(site)
        self._chain = ChainLaws(chain) if chain is not None else None
        self._names: dict[int, str] = {}
        self._skus = site.demand.catalogue.names
        self._tick = site.tick
        self._told: set[tuple[str, str]] = set()
        self._count: Counter[str] = Counter()

    @property
    def collisions(self) -> int:
        """Return the number of faults of robots and pods: where they are and how they got there."""
        return self._count["collision"]

    @property
    def stock_errors(self) -> int:
        return self._count["stock"]

    @property
    def order_errors(self) -> int:
        return self._count["order"]

    @property
    def chain_errors(self) -> int:
        """Return the number of faults around the floor: parcels, purchases, returns, money."""
        return self._count["chain"]

    def look(self, frame: Frame, events: Sequence[Event]) -> list[Alarm]:
        """Return the faults that appeared in the tick of `frame` and `events`."""
        self._tick = frame.tick
        self._names |= {event.order: event.name for event in events if isinstance(event, OrderReceived)}
        alarms = self._new(
            chain(
                self._motion.look(frame, events),
                self._stock.look(frame.tick, events, self._orders.ordered),
                self._orders.look(frame.tick, frame.counts, events),
                self._waiting.look(frame, events),
                self._chain.look(frame.tick, events) if self._chain is not None else (),
            )
        )
        if frame.tick % _FULL_EVERY == _FULL_EVERY - 1:
            alarms += self.finish()
        return alarms

    def finish(self) -> list[Alarm]:
        """Compare everything; may be called at any time between two ticks."""
        return self._new(
            chain(
                self._stock.compare_all(self._tick),
                self._orders.compare_all(self._tick),
                self._chain.compare_all(self._tick) if self._chain is not None else (),
            )
        )

    def _new(self, alarms: Iterable[Alarm]) -> list[Alarm]:
        """Return the alarms not reported yet, with the tick in their text."""
        fresh = []
        for alarm in (replace(alarm, text=_NUMBERED.sub(self._named, alarm.text)) for alarm in alarms):
            if (alarm.kind, alarm.text) not in self._told:
                self._told.add((alarm.kind, alarm.text))
                self._count[alarm.kind] += 1
                fresh.append(replace(alarm, text=f"tick {alarm.t}: {alarm.text}"))
        return fresh

    def _named(self, numbered: re.Match[str]) -> str:
        """Return a SKU, or an order or something kept under its number, with the name that people know."""
        if numbered[1] == "SKU":
            number = int(numbered[2])
            sku = self._skus[number] if number < len(self._skus) else f"unknown {number}"
            return sku if sku.startswith("SKU") else f"SKU {sku}"
        name = self._names.get(int(numbered[2]))
        order = "an unknown order" if name is None else f"order {name}"
        return order if numbered[1] == "order" else f"{numbered[1]} of {order}"
