"""Page about a cell: its kind, who closed it, what is in it, robots bound for it, and robots that were in it lately."""

from layout.grid import HEADING_NAMES, CellKind
from robots.recording import events as ev
from visualizer.inspector.page_lines import (
    Line,
    Moment,
    alarm,
    fact,
    head,
    out_of_service,
    pod,
    recent_about,
    robot,
    shortened,
    station,
    title,
    why,
)
from visualizer.scene.wait_chains import robot_in

_NEWS = (
    *(ev.CellClosed, ev.CellOpened, ev.RobotFault, ev.PodQuarantined, ev.PodAvailable),
    *(ev.OutOfService, ev.BackInService, ev.Alarm),
)
_BOUND, _PASSED = 5, 6
KINDS = {
    CellKind.WALL: "wall",
    CellKind.AISLE: "aisle",
    CellKind.STORAGE: "storage place",
    CellKind.QUEUE: "queue lane",
    CellKind.SERVICE: "service cell",
    CellKind.OUTFEED: "outfeed",
    CellKind.CHARGER: "charger",
}


def cell_page(moment: Moment, cell: int) -> list[Line]:
    grid, index = moment.scene.grid, int(moment.scene.station_at[cell])
    lines = [title(f"cell {moment.scene.cell_words(cell)}"), fact("kind", KINDS[CellKind(int(grid.kind[cell]))])]
    if grid.lane[cell] >= 0:
        lines.append(fact("one way", HEADING_NAMES[int(grid.lane[cell]) & 3]))
    if index >= 0:
        lines.append(fact("belongs to", moment.station(index), station(moment, index)))
    return [
        *lines,
        *_closed(moment, cell),
        *out_of_service(moment, ("cell", cell), ("charger", "outfeed")),
        *_there(moment, cell),
        *_bound(moment, cell),
        *why(moment, recent_about(moment, ("cell", cell), _NEWS)),
        *_passed(moment, cell),
    ]


def _closed(moment: Moment, cell: int) -> list[Line]:
    news = moment.history.newest(("cell", cell), moment.tick, 50) or recent_about(moment, ("cell", cell), _NEWS)[::-1]
    latest = next((event for event in news if isinstance(event, ev.CellClosed | ev.CellOpened)), None)
    if not isinstance(latest, ev.CellClosed):
        return []
    return [alarm(f"closed since {moment.clock(latest.t)}: {latest.reason}")]


def _there(moment: Moment, cell: int) -> list[Line]:
    """Return the robot that holds the cell, and the pods that stand on it."""
    holder = robot_in(moment.frame, cell)
    lines = [fact("held by", f"robot {holder}", robot(holder))] if holder >= 0 else []
    for standing in (moment.frame.pods == cell).nonzero()[0].tolist():
        lines.append(fact("on it", f"pod {standing}", pod(standing)))
    return lines


def _bound(moment: Moment, cell: int) -> list[Line]:
    bound = (moment.frame.robots["goal"] == cell).nonzero()[0].tolist()
    return shortened([fact("goal of", f"robot {number}", robot(number)) for number in bound], _BOUND)


def _passed(moment: Moment, cell: int) -> list[Line]:
    seen = [(tick, number) for tick, number in moment.visitors.of(cell, moment.tick) if tick < moment.tick]
    lines = [fact(f"robot {number}", f"{moment.span(moment.tick - tick)} ago", robot(number)) for tick, number in seen]
    return [head("in the last minute"), *shortened(lines, _PASSED)] if lines else []
