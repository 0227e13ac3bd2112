"""Requests of operators and order systems, made at a tiny site."""

from controller.operations.requests import LinkOrder, RequestHandler
from controller.site.site import Site
from controller.tick import tick
from layout.grid import CellKind
from robots.recording.events import Event
from robots.requests import requests
from robots.requests.requests import Request, Result, WantedLine, WantedOrder
from robots.units.lifecycle import RobotState
from tests.support.floor.tiny_site import quiet_site, run_until
from tests.support.supply_chain.audit import audit_faults

ME = ("tester", "1")


def ask(site: Site, request: Request, role: str = "") -> Result:
    return RequestHandler(site).apply(request, role)[0]


def told(site: Site, request: Request) -> list[LinkOrder]:
    """Return what the link has to do for a granted request."""
    result, orders = RequestHandler(site).apply(request, "")
    assert result.ok, result.text
    return orders


def wanted(name: str, *lines: tuple[str, int], due_s: float | None = None) -> WantedOrder:
    return WantedOrder(name, [WantedLine(sku, units) for sku, units in lines], due_s)


def submit(site: Site, *orders: WantedOrder) -> Result:
    return ask(site, requests.Submit(*ME, list(orders)))


def place(site: Site, cell: int) -> str:
    row, col = site.grid.at(cell)
    return f"{row},{col}"


def close(site: Site, cell: int) -> Result:
    return ask(site, requests.Close(*ME, place(site, cell)))


def reopen(site: Site, cell: int) -> Result:
    return ask(site, requests.Open(*ME, place(site, cell)))


def stocked() -> Site:
    """The tiny floor without demand of its own, and ten units of three SKUs in each of four pods."""
    return quiet_site(stock={pod: {0: 10, 1: 10, 2: 10} for pod in range(4)})


def sku(site: Site, number: int) -> str:
    return site.demand.catalogue.names[number]


def checked(site: Site, ticks: int) -> list[Event]:
    """Run so long; the books are right in every tick."""
    events: list[Event] = []
    for _ in range(ticks):
        events += tick(site)[1]
        assert audit_faults(site) == []
    return events


def aisle(site: Site) -> int:
    """A cell of an aisle where nobody stands."""
    free = set(site.grid.of_kind(CellKind.AISLE).tolist()) - set(site.robots.cell.tolist())
    return max(free, key=lambda cell: (site.grid.at(cell)[0] == 1, cell))


def busy(site: Site) -> int:
    """A robot on its way with a pod."""
    run_until(site, lambda _: bool(site.robots.in_state(RobotState.CARRYING).size))
    return int(site.robots.in_state(RobotState.CARRYING)[0])
