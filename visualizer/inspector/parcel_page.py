"""Lines about an order's parcel: promise, box, place, van, expected arrival, cause of lateness."""

from robots.histories.order_history import OrderHistory
from robots.histories.parcel_history import ParcelHistory
from robots.wording.supply_chain_words import place_words
from visualizer.inspector.page_lines import Line, Moment, Style, alarm, fact, head


def parcel_lines(moment: Moment, order: OrderHistory) -> list[Line]:
    """Return the lines about the parcel; none in a run without a supply chain."""
    parcel = order.parcel
    if parcel is None:
        return []
    return [head("parcel"), *_promise(moment, parcel), *_way(moment, parcel), *_late(moment, parcel)]


def _promise(moment: Moment, parcel: ParcelHistory) -> list[Line]:
    if not parcel.promise:
        return []
    requested = "" if parcel.wanted == parcel.promise else f" ({parcel.wanted} was requested)"
    lines = [
        fact("promised", f"{parcel.promise}{requested}, by {moment.clock(parcel.by)}"),
        fact("trailer", f"{parcel.lane}, leaves at {moment.clock(parcel.cpt)}"),
    ]
    return [*lines, Line(Style.WHY, parcel.why)] if parcel.why else lines


def _way(moment: Moment, parcel: ParcelHistory) -> list[Line]:
    lines = [fact("box", parcel.packed.box)] if parcel.packed is not None else []
    if parcel.on_its_way and parcel.eta >= 0:
        lines.append(fact("expected", moment.clock(parcel.eta)))
        lines += [Line(Style.WHY, parcel.why_eta)] if parcel.why_eta else []
    if parcel.vehicle:
        lines.append(fact("vehicle", parcel.vehicle))
    if parcel.attempts:
        lines.append(fact("attempts", f"{parcel.attempts} without success"))
    for stay in parcel.places:
        lines.append(Line(Style.WHEN, place_words(stay.place), moment.clock(stay.tick), tick=stay.tick))
        lines += [Line(Style.WHY, stay.reason)] if stay.reason else []
    return [*lines, fact("return", parcel.returned.replace("_", " "))] if parcel.returned else lines


def _late(moment: Moment, parcel: ParcelHistory) -> list[Line]:
    late = parcel.late(moment.tick)
    lines = []
    if late is not None and late > 0:
        lines.append(alarm(f"{moment.span(late)} past its promise"))
    if parcel.late_cause:
        lines.append(Line(Style.WHY, f"{parcel.late_cause}: {parcel.why_late}"))
    return lines
