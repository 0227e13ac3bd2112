"""The floor's status in lines for people: the answer's own, and one for each kind of thing that isn't at work."""

from collections.abc import Iterator, Sequence

from robots.desk import Result

_LISTED = 100
_HEADS = {
    "paused": "paused by number: robots",
    "drained": "drained: robots",
    "offline": "offline, nothing is heard of them: robots",
    "stopped": "standing by a fault, or stuck: robots",
    "dead": "dead or lost: robots",
    "stations_closed": "closed stations:",
}


def with_faults(result: Result, robots: Sequence[int]) -> Result:
    """The floor's status with these robots, by number, among those that stand by a fault: a pause hides none."""
    named = result.data.get("stopped")
    known = {int(name) for name in named} if isinstance(named, list) else set()
    stopped = [str(robot) for robot in sorted(known | set(robots))[:_LISTED]]
    return Result(result.client, result.msg, result.ok, result.text, {**result.data, "stopped": stopped})


def status_lines(result: Result) -> list[str]:
    """Lines of a floor's status, or of an order's, which has just one."""
    return [result.text, *_lists(result)]


def _lists(result: Result) -> Iterator[str]:
    for key, head in _HEADS.items():
        names = result.data.get(key)
        if isinstance(names, list) and names:
            yield f"{head} {', '.join(names)}"
    causes = result.data.get("closed_by")
    for cause in causes if isinstance(causes, list) else ():
        yield f"closed cells, {cause}"
    things = result.data.get("out_of_service")
    for thing in things if isinstance(things, list) else ():
        yield f"out of service, {thing}"
