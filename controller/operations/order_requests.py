"""Submitted orders, checked line by line and taken once each; and prioritised orders."""

from collections.abc import Iterator, Mapping, Sequence

from controller.demand.demand import DueDates
from controller.floor.release import receive
from controller.operations.status import find_order, state_of
from controller.site.operator_state import Answer, Refusal
from controller.site.site import Site
from controller.warehouse.orders import Order, OrderState
from layout.tabular.signs import cleaned, is_clean
from robots.recording.events import OrderPrioritised
from robots.requests.requests import MOST_LINES, MOST_SIGNS, WantedOrder
from robots.wording.formatting import count

MOST_OPEN = 100_000
"""Most open orders of a floor; while so many are open no more are accepted."""


def submit(site: Site, wanted: Sequence[WantedOrder]) -> Answer:
    """Take orders into the backlog, each on its own: taken, already known, or refused with its line and the reason."""
    known = {order.name: order for order in site.book.open.values()} | site.operator_state.submitted
    numbers = {name: number for number, name in enumerate(site.demand.catalogue.names)}
    taken, there, refused = 0, list[str](), list[str]()
    for order in wanted:
        try:
            name, units = _name(order.name), _units(site, order, numbers)
            if name not in known and name not in site.operator_state.cancelled:
                known[name] = _take(site, name, order.due_s, units)
                taken += 1
            elif _is_known(site, name, known, units):
                there.append(name)
        except Refusal as fault:
            refused.append(f"order {order.name[:MOST_SIGNS]}: {fault}"[:300])
    text = ", ".join(_parts(taken, len(there), refused))
    if site.operator_state.draining and taken:
        text += "; the floor is being drained, so nothing is released until it is resumed"
    return Answer(text, {"taken": taken, "there": there, "refused": refused}, not refused)


def _is_known(site: Site, name: str, known: Mapping[str, Order], units: Mapping[int, int]) -> bool:
    """Tell whether an order with these units is known. Refusal if it was cancelled, or has other lines."""
    if name in site.operator_state.cancelled or known[name].state == OrderState.CANCELLED:
        raise Refusal("was cancelled; an order that is wanted after all needs a new number")
    if _ordered_units(known[name]) != units:
        raise Refusal("is already there, with other lines")
    return True


def prioritise(site: Site, name: str, reason: str) -> Answer:
    """Release an order before all others. Its promise date, and so when it is late, stays."""
    order = find_order(site, name)
    if order.state != OrderState.RECEIVED:
        raise Refusal(f"order {name} {state_of(site, order)}: it is too late to bring it forward")
    if order.id in site.book.prioritised:
        return Answer(f"order {name} already goes before all others", {"order": order.name})
    site.book.prioritised[order.id] = order
    site.emit(OrderPrioritised(site.tick, order.id, reason or "an operator wants it first"))
    ahead = len(site.book.prioritised) - 1
    text = f"order {name} goes before all others" + (
        f" but {count(ahead, 'order')} prioritised before it" if ahead else ""
    )
    if order.id not in site.book.backlog:
        text += ", as soon as its stock is available"
    if site.operator_state.draining:
        text += ", once the floor is no longer drained"
    return Answer(text, {"order": order.name, "ahead": ahead})


def _name(text: str) -> str:
    """Return an order's number without invisible characters. Refusal for one that can't be printed."""
    name = cleaned(text)
    if not name or not is_clean(name):
        raise Refusal("its number can't be printed; a customer's number is text")
    if len(name) > MOST_SIGNS:
        raise Refusal(f"its number has {len(name)} characters, at most {MOST_SIGNS} are allowed")
    return name


def _units(site: Site, order: WantedOrder, numbers: Mapping[str, int]) -> dict[int, int]:
    """Return {sku: units} of a submitted order, lines of one SKU added up. Refusal, with the line, for what can't be served."""
    if not order.lines:
        raise Refusal("has no lines")
    if len(order.lines) > MOST_LINES:
        raise Refusal(f"has {len(order.lines)} lines, at most {MOST_LINES} are allowed")
    units: dict[int, int] = {}
    for number, line in enumerate(order.lines, 1):
        sku = cleaned(line.sku)
        if fault := _fault(site, sku, line.units, numbers):
            raise Refusal(f"line {line.number or number} ({sku[:MOST_SIGNS]}): {fault}")
        units[numbers[sku]] = units.get(numbers[sku], 0) + line.units
    return units


def _fault(site: Site, sku: str, units: int, numbers: Mapping[str, int]) -> str:
    most = site.scenario.orders.max_quantity
    if sku not in numbers:
        return "this floor has no such SKU"
    if units < 1:
        return f"{units} units; a line orders 1 or more"
    if units > most:
        return f"{units} units; a line has at most {most}"
    return ""


def _take(site: Site, name: str, due_s: float | None, units: Mapping[int, int]) -> Order:
    if len(site.book.open) >= MOST_OPEN:
        raise Refusal(f"{MOST_OPEN} orders are already open; submit it again when some have left")
    number = site.operator_state.next_order()
    order = Order(number, name, site.tick, _due(site, number, due_s))
    for sku, amount in units.items():
        order.add(sku, amount)
    site.operator_state.submitted[name] = order
    receive(site, order)
    return order


def _due(site: Site, number: int, due_s: float | None) -> int:
    """Return the due tick: as requested, else the next carrier's cut-off, else the scenario's usual time; no random number is
    drawn.
    """
    orders = site.scenario.orders
    if due_s is None and orders.cut_offs:
        return DueDates(site.scenario, site.demand.start_s, site.streams).due(site.tick, number)
    return site.tick + site.scenario.ticks(orders.due_s if due_s is None else due_s)


def _ordered_units(order: Order) -> dict[int, int]:
    units: dict[int, int] = {}
    for line in order.lines:
        units[line.sku] = units.get(line.sku, 0) + line.units
    return units


def _parts(taken: int, there: int, refused: Sequence[str]) -> Iterator[str]:
    if taken:
        yield f"{count(taken, 'order')} taken"
    if there:
        yield f"{there} already there"
    if refused:
        yield f"{len(refused)} refused: {refused[0]}"
