"""Put back into service what people have inspected."""

from controller.floor.failures import repeated
from controller.site.operator_state import Answer, Refusal
from controller.site.out_of_service import Kind, Thing, named
from controller.site.site import Site
from controller.warehouse.pods import PodState
from robots.requests import requests
from robots.wording.formatting import cell_at


def restore(site: Site, request: requests.Restore) -> Answer:
    """Put a pod, robot, charger or outfeed back into service. Refusal if it is in service, or unknown."""
    thing = _thing(site, Kind(request.kind), request.name)
    reason = site.out_of_service.reasons.get(thing)
    if reason is None:
        raise Refusal(f"{named(site.floor, thing)} is in service{_others(site, thing.kind)}")
    repeated.restore(site, thing, "an operator confirms that it works")
    text = f"{named(site.floor, thing)} is back in service"
    if thing.kind == Kind.POD and site.pods.state[thing.number] == PodState.QUARANTINED:
        text += ", but still out of reach"
    return Answer(
        f"{text}; it was out because {reason}", {"kind": request.kind, "name": request.name, "reason": reason}
    )


def _thing(site: Site, kind: Kind, name: str) -> Thing:
    if kind == Kind.CHARGER:
        return Thing(kind, _charger(site, name))
    if kind == Kind.OUTFEED:
        return Thing(kind, _outfeed(site, name))
    number = len(site.pods) if kind == Kind.POD else len(site.robots)
    if not (name.isascii() and name.isdigit() and len(name) <= 9 and int(name) < number):
        raise Refusal(f"there is no {kind} {name}; they are numbered 0 to {number - 1}")
    return Thing(kind, int(name))


def _charger(site: Site, name: str) -> int:
    chargers = {"{},{}".format(*site.grid.at(cell)): cell for cell in site.floor.chargers.tolist()}
    if name not in chargers:
        raise Refusal(f"there is no charger at {name}; they are at {', '.join(chargers) or 'no cell'}")
    return int(chargers[name])


def _outfeed(site: Site, name: str) -> int:
    outfeeds = {station.info.id: station.index for station in site.pick_stations if station.info.outfeed is not None}
    if name not in outfeeds:
        raise Refusal(f"there is no outfeed of {name}; there are those of {', '.join(outfeeds) or 'no station'}")
    return outfeeds[name]


def _others(site: Site, kind: Kind) -> str:
    """Return the text about others of the kind that are out of service."""
    out = [
        cell_at(number, site.grid.width) if kind == Kind.CHARGER else named(site.floor, Thing(kind, number))
        for number in site.out_of_service.numbers(kind)
    ]
    return f"; out of service: {', '.join(out)}" if out else ""
