"""Draws the pictures on docs/explanation/planner.md by running the planner. `make pictures` does it.

Runs are by rounds and seeds: as long as the planner is the same, so are the pictures.
"""

import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from numpy.typing import NDArray
from PIL import Image
from planner_runs import NEVER, Run, crowd, draw, floor_of, planned, run_league

from controller.lorr.distance_fields import HERE, CostFields
from controller.lorr.guidance import FLAT, Guidance, Lanes, edge_costs, guidance_for
from controller.lorr.kernels.fields import FAR
from controller.lorr.kernels.search import FINE
from controller.lorr.planner import LeaguePlanner
from controller.lorr.rules import League, LeagueMap
from controller.lorr.synthetic import rough
from controller.lorr.traffic import NO_CONGESTION, CongestionCosts
from controller.planning.operations import operations
from controller.report.style import BLUE, GREEN, GREY, INK, LIGHT, ORANGE, PINK, RED, SKY, STYLE
from layout.floor import Floor
from layout.formats.lorr import LorrProblem
from layout.grid import CellKind

sys.path.insert(0, str(Path(__file__).parents[1]))

IMAGES = Path(__file__).parent / "images"
_LARGE = 150_000
"""Bytes."""
_COLOURS = (BLUE, RED, GREEN, ORANGE, PINK, SKY, INK)
_AHEAD = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])
"""Rows and columns of a move by heading."""
_WALL = "#a9b2bb"


def main() -> None:
    """Draw all pictures."""
    with mpl.rc_context(STYLE | {"axes.grid": False}):
        for name, draw in {
            "operations": _operations,
            "one-pass": _one_pass,
            "field": _field,
            "lanes": _lanes,
            "flows": _flows,
        }.items():
            for number, figure in enumerate(draw()):
                path = IMAGES / (f"planner-{name}.png" if not number else "planner-waiting.png")
                _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    """As a PNG; a large one of few colours, a third the size."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    path.write_bytes(buffer.getvalue())
    if path.stat().st_size > _LARGE:
        Image.open(buffer).convert("RGB").quantize(80, dither=Image.Dither.NONE).save(path, optimize=True)


# --- what a robot may do ------------------------------------------------------------------------------------------


def _operations() -> Iterable[Figure]:
    """The operations of three actions, each as the way it drives."""
    table = operations(3)
    figure = Figure(figsize=(9.6, 6.6), layout=ConstrainedLayoutEngine(hspace=0.06))
    for number, axes in enumerate(figure.subplots(4, 8).flat):
        axes.set_axis_off()
        if number == table.count:
            break
        _operation(axes, table.go[3, number], table.turned[3, number])
        axes.set_title(_actions(table.go[3, number], table.turned[3, number]), loc="center", fontsize=9, pad=2)
    yield figure


def _actions(go: Any, turned: Any) -> str:
    """Letters of an operation that begins facing north."""
    letters, heading = [], 3
    for ahead, after in zip(go.tolist(), turned.tolist(), strict=True):
        letters.append("F" if ahead >= 0 else {0: "W", 1: "R", 3: "C"}[(after - heading) % 4])
        heading = after
    return " ".join(letters)


def _operation(axes: Axes, go: Any, turned: Any) -> None:
    """The cells it enters, each with the tick, and where it looks at its end."""
    place = np.zeros(2)
    places = [place, *(place := place + _AHEAD[ahead] for ahead in go.tolist() if ahead >= 0)]
    for row, col in places:
        axes.add_patch(Rectangle((col - 0.5, row - 0.5), 1, 1, fc="#f3f5f7", ec=LIGHT, zorder=0))
    axes.plot(*np.array(places).T[::-1], color=BLUE, lw=2, zorder=2)
    ticks = [tick for tick, ahead in enumerate(go.tolist(), 1) if ahead >= 0]
    for tick, (row, col) in zip(ticks, places[1:], strict=True):
        axes.text(col + 0.44, row + 0.42, str(tick), fontsize=7, color=GREY, ha="right", va="bottom")
    _heading(axes, places[0], 3, "white", 0.3)
    _heading(axes, places[-1], int(turned[-1]), BLUE, 0.3 if ticks else 0.16)
    rows, cols = np.array(places).T
    axes.set(xlim=(cols.mean() - 1.8, cols.mean() + 1.8), ylim=(rows.max() + 0.6, rows.max() - 3.6), aspect="equal")


def _heading(axes: Axes, place: Any, heading: int, colour: str, size: float = 0.3) -> None:
    """A triangle that looks where a robot does."""
    ahead = _AHEAD[heading]
    aside = _AHEAD[(heading + 1) % 4]
    corners = np.array([place + size * ahead, place - size * (ahead - aside), place - size * (ahead + aside)])
    axes.fill(corners[:, 1], corners[:, 0], color=colour, ec=INK, lw=0.6, zorder=3)


# --- one pass, and the search -----------------------------------------------------------------------------------------


def _one_pass() -> Iterable[Figure]:
    """A crowd of a few robots: what each would like best, what one pass gives them, what the search makes of it."""
    problem = crowd()
    figure = Figure(figsize=(9.6, 3.1))
    panels = figure.subplots(1, 3)
    for axes, rounds, title in zip(
        panels,
        (None, -1, 2000),
        ("What each would like best", "After one pass", "After 2,000 rounds of search"),
        strict=True,
    ):
        league, planner, held = planned(problem, rounds)
        best = planner._ranking.order[:, 0]
        lost = (
            planner._ranking.cost[np.arange(league.robots), held]
            - planner._ranking.cost[np.arange(league.robots), best]
        )
        told = f"{lost.sum() / FINE / planner._unit:.1f} cells behind the wishes" if rounds else "circles: collisions"
        _draw_walls(axes, problem.floor)
        _draw_plans(axes, league, planner, held, rounds is None)
        axes.set_title(f"{title}\n", loc="left")
        axes.text(0, 1.03, told, transform=axes.transAxes, color=GREY)
    yield figure


def _draw_walls(axes: Axes, floor: Floor) -> None:
    grid = floor.grid
    walls = (grid.kind == CellKind.WALL).reshape(grid.height, grid.width)
    axes.imshow(walls, cmap=ListedColormap(["#ffffff", _WALL]), vmin=0, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set(visible=True, color=LIGHT)


def _draw_plans(axes: Axes, league: League, planner: LeaguePlanner, held: Any, collisions: bool) -> None:
    """Every robot with its goal, its number by urgency, and the way it means to drive in the next four ticks."""
    width, go = league.ground.width, planner.operations.go
    rank = np.empty(league.robots, int)
    rank[planner._urgent(league, league.goal())] = np.arange(1, league.robots + 1)
    paths = [_places(league, go, robot, int(held[robot])) for robot in range(league.robots)]
    for robot, places in enumerate(paths):
        colour = _COLOURS[robot % len(_COLOURS)]
        aside = (robot % 5 - 2) * 0.07
        goal = divmod(int(league.goal()[robot]), width)
        box = Rectangle((goal[1] - 0.44, goal[0] - 0.44), 0.88, 0.88, fill=False, ec=colour, lw=1.6, ls=":")
        axes.add_patch(box)
        axes.plot(places[:, 1] + aside, places[:, 0] + aside, color=colour, lw=2.2, zorder=2, solid_capstyle="round")
        turned = int(planner.operations.turned[league.heading[robot], held[robot], -1])
        if (places[-1] != places[0]).any():
            _heading(axes, places[-1] + aside, turned, colour, 0.14)
        _heading(axes, places[0], int(league.heading[robot]), colour, 0.36)
        axes.text(
            places[0, 1],
            places[0, 0],
            str(rank[robot]),
            color="white",
            fontsize=7.5,
            ha="center",
            va="center",
            zorder=4,
        )
    if collisions:
        for row, col in _collisions(paths):
            axes.add_patch(Circle((col, row), 0.47, fill=False, ec=INK, lw=1.3, zorder=5))


def _places(league: League, go: Any, robot: int, op: int) -> Any:
    """(row, col) now and after each tick."""
    place = np.array(divmod(int(league.cell[robot]), league.ground.width))
    places = [place]
    for ahead in go[league.heading[robot], op].tolist():
        place = place + (_AHEAD[ahead] if ahead >= 0 else 0)
        places.append(place)
    return np.array(places)


def _collisions(paths: list[Any]) -> set[tuple[float, float]]:
    """Return the cells with two robots at one tick, or where two change places."""
    found = set()
    for first, one in enumerate(paths):
        for two in paths[first + 1 :]:
            same = (one == two).all(1)
            swap = (one[1:] == two[:-1]).all(1) & (two[1:] == one[:-1]).all(1)
            found |= {(float(r), float(c)) for r, c in one[same]}
            found |= {tuple(((a + b) / 2).tolist()) for a, b in zip(one[1:][swap], two[1:][swap], strict=True)}
    return found


# --- paths and lanes -----------------------------------------------------------------------------------------------


def _field() -> Iterable[Figure]:
    """Draw what landmarks know of a goal, and the field that A* makes of it for one robot."""
    free = np.random.default_rng(4).random((48, 72)) >= 0.18
    free[12:40, 40] = False
    free[8, 16:60] = False
    floor = floor_of(["".join(".@"[not cell] for cell in row) for row in free])
    ground = LeagueMap.of(draw(floor, 1, 1))
    cost_fields = CostFields(ground, edge_costs(ground, FLAT), 1, 1, small=0)
    start, goal = (next(iter(_near(ground, *at))) for at in ((30, 24), (20, 52)))
    cells = np.arange(len(ground.free), dtype=np.int32)
    east = np.zeros(len(cells), np.int8)
    bound = np.where(ground.free, cost_fields.landmarks.estimate(cells, east, np.full_like(cells, goal)), -1)
    cost_fields.make(np.zeros(1, np.int64), cells[[start]], east[:1], cells[[goal]], HERE, NEVER, None)
    one = CostFields.__new__(CostFields)
    one.box, one._ground, one._arena = cost_fields.box[[0] * len(cells)], ground, cost_fields._arena
    left = np.stack([one.left(cells, np.full(len(cells), heading, np.int8), HERE) for heading in range(4)]).min(0)
    left = np.where(ground.free & (left < FAR), left, -1)
    figure = Figure(figsize=(9.6, 3.5))
    panels = figure.subplots(1, 2)
    words = (
        "Bound from 16 landmarks, known of every cell",
        f"Field of one robot: {np.mean(left[ground.free] >= 0):.0%} of the cells",
    )
    for axes, value, title in zip(panels, (bound, left), words, strict=True):
        _draw_walls(axes, floor)
        shown = axes.imshow(
            np.ma.masked_less(_square(value, ground), 0) / FLAT.along, cmap="viridis_r", vmin=0, vmax=90
        )
        for cell, sign, colour in ((start, "o", RED), (goal, "*", INK)):
            row, col = divmod(int(cell), ground.width)
            axes.plot(col, row, sign, ms=12 if sign == "*" else 8, color=colour, mec="white", mew=1.2)
        axes.set_title(title)
    figure.colorbar(shown, ax=panels, label="Ticks to the goal", pad=0.01, fraction=0.025).outline.set_visible(False)
    marks = [Line2D([], [], marker=sign, color=colour, ls="", ms=8) for sign, colour in (("o", RED), ("*", INK))]
    panels[0].legend(marks, ["robot", "goal"], loc="lower left", frameon=True, ncols=2)
    yield figure


def _near(ground: LeagueMap, row: int, col: int) -> Any:
    """Free cells, nearest to a place first."""
    far = np.abs(ground.row - row) + np.abs(ground.col - col) + ~ground.free * 1000
    return np.argsort(far, kind="stable")


def _square(value: Any, ground: LeagueMap) -> Any:
    return np.asarray(value).reshape(ground.height, ground.width)


def _lanes() -> Iterable[Figure]:
    """A small warehouse: the lanes found by rule, and what robots plan to drive under lanes and tolls."""
    rows = ["." * 25 if row % 2 == 0 else "..." + "@" * 9 + "." + "@" * 9 + "..." for row in range(13)]
    problem = draw(floor_of(rows), 50, 3, (2,), 400)
    lanes = Lanes()
    run = run_league(problem, Guidance(lanes, CongestionCosts()), 100, 200)
    weight = edge_costs(run.league.ground, lanes).reshape(-1, 4)
    figure = Figure(figsize=(9.6, 2.95))
    for axes, flow, title in zip(
        figure.subplots(1, 2),
        ((weight == lanes.along) * 1.0, run.planned),
        (
            f"Lanes by rule: a cell costs {lanes.along} along, {lanes.against} against",
            "Traffic planned by 50 robots in step 100",
        ),
        strict=True,
    ):
        _draw_walls(axes, problem.floor)
        _draw_flow(axes, flow, run.league.ground)
        axes.set_title(title)
    yield figure


@dataclass(frozen=True, slots=True)
class _Edges:
    """Pairs of neighbours: the first cell, the heading from there to the other, and how much goes there and back."""

    cell: NDArray[np.int64]
    heading: NDArray[np.int64]
    there: NDArray[np.float64]
    back: NDArray[np.float64]

    @classmethod
    def of(cls, flow: Any, ground: LeagueMap) -> "_Edges":
        exits = ground.exits[:, None] >> np.arange(2) & 1
        cell, heading = np.nonzero(exits)
        return cls(cell, heading, flow[cell, heading], flow[cell + ground.step[heading], heading ^ 2])

    @property
    def share(self) -> Any:
        """Return the share of all drives that go the more common way."""
        total = self.there + self.back
        return np.where(total > 0, np.maximum(self.there, self.back) / np.maximum(total, 1e-9), 0.5)


def _arrows(axes: Axes, edges: _Edges, some: Any, ground: LeagueMap, colour: Any, length: Any = 0.8) -> None:
    """An arrow the more common way between the cells of the pairs chosen."""
    ahead = _AHEAD[edges.heading[some]]
    way = np.where((edges.there >= edges.back)[some, None], ahead, -ahead) * length
    cell = edges.cell[some]
    row, col = np.array([ground.row[cell], ground.col[cell]]) + ahead.T / 2 - way.T / 2
    shape = {"width": 0.0045, "headwidth": 4, "headlength": 4, "headaxislength": 3.6}
    axes.quiver(col, row, way[:, 1], way[:, 0], color=colour, angles="xy", scale_units="xy", scale=1, **shape)


def _draw_flow(axes: Axes, flow: Any, ground: LeagueMap) -> None:
    """Arrows along rows and columns, as long as what goes there more than back is much."""
    edges = _Edges.of(flow, ground)
    net = np.abs(edges.there - edges.back)
    some = np.flatnonzero(net > 0.03 * net.max())
    length = np.sqrt(net[some] / np.quantile(net[some], 0.9)).clip(0.3, 1.0)[:, None] * 0.8
    _arrows(axes, edges, some, ground, np.array([BLUE, RED])[edges.heading[some]], length)


# --- tolls --------------------------------------------------------------------------------------------------------


def _flows() -> Iterable[Figure]:
    """One crowded random floor without tolls and with them: how one-way the flows are, and where robots wait."""
    problem = draw(rough(2), 400, 1, (2, 3, 4, 5), 250)
    guidance = guidance_for(LeagueMap.of(problem))
    runs = [run_league(problem, one, 250, 256) for one in (replace(guidance, congestion=NO_CONGESTION), guidance)]
    yield _one_way_figure(problem, runs)
    yield _waiting_figure(problem, runs)


_CLASSES = {"half to 60 %": ORANGE, "to 75 %": "#f3d08a", "to 90 %": "#8cb9dc", "to all": "#004f7d"}
"""Return the share of drives between two cells that go the more common way."""
_BOUNDS = (0.6, 0.75, 0.9)


def _one_way_figure(problem: LorrProblem, runs: list[Run]) -> Figure:
    """Each pair of neighbours that is driven, by the share of the drives that go the more common way."""
    figure = Figure(figsize=(9.6, 5.1))
    panels = figure.subplots(1, 2)
    for axes, run, name in zip(panels, runs, ("Without tolls", "With tolls"), strict=True):
        ground = run.league.ground
        _draw_walls(axes, problem.floor)
        edges = _Edges.of(run.moved, ground)
        total, share = edges.there + edges.back, edges.share
        some = np.flatnonzero(total > 0.01)
        colour = np.array(list(_CLASSES.values()))[np.digitize(share[some], _BOUNDS)]
        _arrows(axes, edges, some, ground, colour)
        axes.set_title(f"{name}: {(share * total).sum() / total.sum():.0%} of the drives go the common way")
    marks = [Line2D([], [], color=colour, lw=4) for colour in _CLASSES.values()]
    figure.legend(
        marks,
        list(_CLASSES),
        loc="outside lower center",
        ncols=4,
        title="Share of the drives between two cells that go the arrow's way",
    )
    return figure


def _waiting_figure(problem: LorrProblem, runs: list[Run]) -> Figure:
    figure = Figure(figsize=(9.6, 4.6))
    panels = figure.subplots(1, 2)
    top = float(np.quantile(runs[0].waited[runs[0].league.ground.free], 0.98))
    for axes, run, name in zip(panels, runs, ("Without tolls", "With tolls"), strict=True):
        _draw_walls(axes, problem.floor)
        heat = np.ma.masked_where(~run.league.ground.free, run.waited)
        shown = axes.imshow(
            heat.reshape(run.league.ground.height, run.league.ground.width), cmap="magma_r", vmin=0, vmax=top
        )
        axes.set_title(
            f"{name}: {run.league.finished:,} tasks, {run.waited.sum() / run.league.robots:.0%} of the time waited"
        )
    bar = figure.colorbar(
        shown, ax=panels, pad=0.01, fraction=0.02, extend="max", label="Share of the steps in which a robot waits here"
    )
    bar.outline.set_visible(False)
    return figure


if __name__ == "__main__":
    main()
