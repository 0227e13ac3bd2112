"""The floor's status in lines for people: the answer's own, and one for each kind of thing that isn't at work."""

from collections.abc import Iterator

from robots.desk import Result

_HEADS = {
    "paused": "paused by number: robots",
    "drained": "drained: robots",
    "offline": "offline, nothing is heard of them: robots",
    "stopped": "standing by a fault: robots",
    "dead": "dead or lost: robots",
    "closed": "closed cells:",
    "stations_closed": "closed stations:",
}


def status_lines(result: Result) -> list[str]:
    """Lines of a floor's status, or of an order's, which has just one."""
    return [result.text, *_lists(result)]


def _lists(result: Result) -> Iterator[str]:
    for key, head in _HEADS.items():
        names = result.data.get(key)
        if isinstance(names, list) and names:
            yield f"{head} {', '.join(names)}"
    things = result.data.get("out_of_service")
    for thing in things if isinstance(things, list) else ():
        yield f"out of service, {thing}"
