"""The floor's status in lines for people: the answer's own, and one for each kind of trouble."""

from collections.abc import Iterator, Mapping

from robots.requests.requests import Result

_LISTED = 100
_HEADS = {
    "paused": "paused by number: robots",
    "drained": "drained: robots",
    "offline": "offline, silent: robots",
    "stopped": "stopped by a fault, or stuck: robots",
    "dead": "dead or lost: robots",
    "stations_closed": "closed stations:",
}


def with_faults(result: Result, troubles: Mapping[int, str]) -> Result:
    """Return the floor's status with these robots among those stopped by a fault, and with their faults, also while they are
    paused.
    """
    known = {int(name) for name in _texts(result, "stopped")}
    standing = {robot for robot in troubles if str(robot) not in _texts(result, "offline")}
    stopped = [str(robot) for robot in sorted(known | standing)[:_LISTED]]
    faults = [f"robot {robot}: {words}" for robot, words in sorted(troubles.items())[:_LISTED]]
    return Result(
        result.client, result.msg, result.ok, result.text, {**result.data, "stopped": stopped, "faults": faults}
    )


def status_lines(result: Result) -> list[str]:
    """Return the lines of a floor's status, or the single line of an order's."""
    return [result.text, *_lists(result)]


def _lists(result: Result) -> Iterator[str]:
    for key, head in _HEADS.items():
        if names := _texts(result, key):
            yield f"{head} {', '.join(names)}"
    yield from _texts(result, "faults")
    yield from (f"closed cells, {cause}" for cause in _texts(result, "closed_by"))
    yield from (f"out of service, {thing}" for thing in _texts(result, "out_of_service"))


def _texts(result: Result, key: str) -> list[str]:
    """Return a list from an answer's figures; nothing for anything else."""
    value = result.data.get(key)
    return value if isinstance(value, list) else []
