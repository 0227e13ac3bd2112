"""The floor's status in lines for people: the answer's own, and one for each kind of thing that isn't at work."""

from collections.abc import Iterator, Mapping

from robots.requests.requests import Result

_LISTED = 100
_HEADS = {
    "paused": "paused by number: robots",
    "drained": "drained: robots",
    "offline": "offline, nothing is heard of them: robots",
    "stopped": "standing by a fault, or stuck: robots",
    "dead": "dead or lost: robots",
    "stations_closed": "closed stations:",
}


def with_faults(result: Result, troubles: Mapping[int, str]) -> Result:
    """The floor's status with these robots, by number, among those that stand by a fault, and with what ails them: a pause
    hides none.
    """
    known = {int(name) for name in _texts(result, "stopped")}
    standing = {robot for robot in troubles if str(robot) not in _texts(result, "offline")}
    stopped = [str(robot) for robot in sorted(known | standing)[:_LISTED]]
    faults = [f"robot {robot}: {words}" for robot, words in sorted(troubles.items())[:_LISTED]]
    return Result(
        result.client, result.msg, result.ok, result.text, {**result.data, "stopped": stopped, "faults": faults}
    )


def status_lines(result: Result) -> list[str]:
    """Lines of a floor's status, or of an order's, which has just one."""
    return [result.text, *_lists(result)]


def _lists(result: Result) -> Iterator[str]:
    for key, head in _HEADS.items():
        if names := _texts(result, key):
            yield f"{head} {', '.join(names)}"
    yield from _texts(result, "faults")
    yield from (f"closed cells, {cause}" for cause in _texts(result, "closed_by"))
    yield from (f"out of service, {thing}" for thing in _texts(result, "out_of_service"))


def _texts(result: Result, key: str) -> list[str]:
    """A list of an answer's figures; nothing for anything else."""
    value = result.data.get(key)
    return value if isinstance(value, list) else []
