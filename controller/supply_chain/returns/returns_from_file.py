"""Returns from the scenario's file, at their own times, matched to orders that the run has delivered."""

from collections import defaultdict
from itertools import groupby

from controller.site.site import Site
from controller.supply_chain.returns import returns
from controller.supply_chain.state.outbound.return_matching import ReturnFile, ReturnRequest
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import parcel
from robots.recording.supply_chain_events import ReturnUnmatched
from robots.wording.formatting import count


def begin(site: Site, chain: SupplyChain) -> None:
    """Schedule all lines of the file that fall into the run, and report those that cannot be used."""
    file = chain.returns.file
    if file is None:
        return
    for kind, lines in file.skipped.items():
        site.emit(ReturnUnmatched(site.tick, "", "", 0, f"{count(lines, 'line')} of the file: {kind}"))
    for (tick, _), requests in groupby(file.requests, key=lambda entry: (entry[0], entry[1].name)):
        chain.schedule.at(tick, ask_all, file, [request for _, request in requests])
    chain.schedule.at(site.scenario.run.ticks - 1, close, file)


@handler
def ask_all(site: Site, chain: SupplyChain, file: ReturnFile, requests: list[ReturnRequest]) -> None:
    """Request the returns of one time, as far as their units have been delivered."""
    units_of: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for request in requests:
        missing = request.units
        for order, units in file.take(request).items():
            units_of[order][request.sku] = units_of[order].get(request.sku, 0) + units
            missing -= units
        if missing:
            _not_yet(site, chain, file, request._replace(units=missing))
    for order, requested in units_of.items():
        returns.ask(site, chain, order, requested)


@handler
def close(site: Site, chain: SupplyChain, file: ReturnFile) -> None:
    """Report requests still waiting at the end of the run as unmatched."""
    for request in file.waiting:
        _unmatched(site, request, "its order was not delivered by the end of the run")
    file.waiting.clear()


def _not_yet(site: Site, chain: SupplyChain, file: ReturnFile, request: ReturnRequest) -> None:
    """Let a request for units not yet delivered wait for them, or report it as unmatched if no order of the run fits."""
    coming = (order for order in chain.promises.given if request.sku in _skus(site, order))
    if request.sku < 0:
        _unmatched(site, request, f"there is no SKU {request.item}")
    elif file.may_come(request, coming):
        file.waiting.append(request)
    else:
        whom = f"customer {request.customer}" if request.customer else "anybody"
        _unmatched(site, request, f"the run has delivered no unit to {whom} that is not returned yet")


def _skus(site: Site, order: int) -> set[int]:
    """Return the SKUs of an order that is not delivered yet."""
    if (open_order := site.book.open.get(order)) is not None:
        return {line.sku for line in open_order.lines}
    return set(site.ledger.held(parcel(order)))


def _unmatched(site: Site, request: ReturnRequest, reason: str) -> None:
    site.emit(ReturnUnmatched(site.tick, request.name, request.item, request.units, reason))
