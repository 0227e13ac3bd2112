"""Trouble at the end of a run: robots that don't drive, stations and pods out of reach, orders that cannot be served.

The summary of a run contains it as figures; the verdict, the exit message and the operator's status put it in words.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from controller.kpis.summary import Trouble
from controller.site.out_of_service import named
from controller.site.site import Site
from controller.site.trouble import quarantined, robots_out, stranded
from controller.warehouse.pods import PodState
from robots.recording.kinds import StationState
from robots.wording.formatting import count

_NAMED, _LISTED = 5, 100
"""Number of things named in words (the others are counted), and largest number of pods listed in figures."""


def trouble_of(site: Site) -> Trouble:
    """Return the trouble at this tick; all counts are 0 on a floor that works."""
    return Trouble(
        robots=len(site.robots),
        **robots_out(site),
        stations_closed=[station.info.id for station in site.stations if station.state == StationState.CLOSED],
        out_of_service=[named(site.floor, thing) for thing in site.out_of_service.reasons],
        pods_quarantined=quarantined(site),
        quarantined=np.flatnonzero(site.pods.state == PodState.QUARANTINED)[:_LISTED].tolist(),
        orders_stranded=dict(stranded(site)),
    )


def words(trouble: Trouble) -> list[str]:
    """Return one clause for each kind of trouble, most serious first; none on a floor that works."""
    return [*_of_robots(trouble), *_of_places(trouble), *_of_orders(trouble)]


_ROBOTS = (
    ("is flat", "are flat"),
    ("is dead", "are dead"),
    ("is offline", "are offline"),
    ("is stopped by a fault", "are stopped by a fault"),
)


def _of_robots(trouble: Trouble) -> Iterator[str]:
    fleet = count(trouble.robots, "robot")
    numbers = (trouble.robots_flat, trouble.robots_dead, trouble.robots_offline, trouble.robots_stopped)
    for number, (singular, plural) in zip(numbers, _ROBOTS, strict=True):
        if number:
            yield f"{number} of {fleet} {singular if number == 1 else plural}"


def _of_places(trouble: Trouble) -> Iterator[str]:
    if stations := trouble.stations_closed:
        yield f"{', '.join(stations)} {'is' if len(stations) == 1 else 'are'} closed"
    if names := trouble.out_of_service:
        more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
        verb = "waits" if len(names) == 1 else "wait"
        yield f"{', '.join([*names[:_NAMED], *more])} {verb} for people to check"
    if pods := trouble.pods_quarantined:
        yield f"{count(pods, 'pod')} can't be fetched{_which(pods, trouble.quarantined)}"


def _which(things: int, numbers: Sequence[int]) -> str:
    """Return the first few numbers as " (12, 40)"; "" if none are listed, as in older summaries."""
    shown = [*map(str, numbers[:_NAMED]), *([f"{things - _NAMED} more"] if things > _NAMED else [])]
    return f" ({', '.join(shown)})" if numbers else ""


def _of_orders(trouble: Trouble) -> Iterator[str]:
    if reasons := trouble.orders_stranded:
        details = ", ".join(f"{reason}: {number}" for reason, number in reasons.items())
        yield f"{count(sum(reasons.values()), 'open order')} can't be served ({details})"
