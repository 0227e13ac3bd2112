"""`podfleet slot heat`: the colours of the picture, and the command."""

import json
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from numpy.typing import NDArray
from typer.testing import CliRunner

from controller.cli.slot.group import slot_app
from controller.report.map import GROUND
from controller.site.distances import station_distances
from controller.slotting.heat import COLOURS, scale, write_heat
from layout.errors import InputError
from layout.formats.toml_format import load_floor
from layout.grid import CellKind
from layout.roads import build_roads
from layout.slotting.plan import plan_of
from layout.slotting.plan_file import write_plan
from tests.support.floor.tiny_site import TINY

FLOOR = load_floor(TINY)
Pixels = NDArray[np.float32]


def panels(path: Path) -> list[Pixels]:
    """The floors in a picture, cut out along their walls, from left to right."""
    picture = imread(path)[:, :, :3]
    wall = np.abs(picture - to_rgb(GROUND[CellKind.WALL])).max(axis=2) < 0.01
    lines = wall.sum(axis=1)
    top = int(np.flatnonzero(lines > 0.95 * lines.max())[3])  # within the wall in the north, which has no gaps
    edges = np.flatnonzero(np.diff(wall[top], prepend=False, append=False))
    found = []
    for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        side = np.flatnonzero(wall[:, left + 3])  # within the wall in the west
        found.append(picture[side[0] : side[-1] + 1, left:right])
    return found


def colour_at(panel: Pixels, cell: int) -> Pixels:
    row, col = FLOOR.grid.at(cell)
    height, width = panel.shape[:2]
    return panel[int((row + 0.5) * height / FLOOR.grid.height), int((col + 0.5) * width / FLOOR.grid.width)]


def like(colour: Pixels, other: object) -> bool:
    return bool(np.abs(colour - np.array(other)[:3]).max() < 0.02)


def no_pods() -> NDArray[np.float64]:
    return np.full(FLOOR.grid.cells, np.nan)


def test_places_have_the_colour_of_their_velocity(tmp_path: Path) -> None:
    """Fast, slow and unwanted pods differ, a place without a pod is bare ground, and both maps have one scale."""
    fast, slow, idle, bare = FLOOR.storage[:4].tolist()
    before, after = no_pods(), no_pods()
    before[[fast, slow, idle]] = 10.0, 2.0, 0.0
    after[[fast, slow]] = 2.0, 5.0
    out = tmp_path / "heat.png"
    write_heat(out, FLOOR, {"Before": before, "After": after})
    left, right = panels(out)
    norm, colours = scale([before, after]), mpl.colormaps[COLOURS]
    for panel, values in ((left, before), (right, after)):
        for cell in np.flatnonzero(np.isfinite(values)).tolist():
            assert like(colour_at(panel, cell), colours(norm(values[cell]))), (cell, values[cell])
        assert like(colour_at(panel, bare), to_rgb(GROUND[CellKind.STORAGE]))
    assert like(colour_at(right, idle), to_rgb(GROUND[CellKind.STORAGE]))
    assert like(colour_at(left, slow), colour_at(right, fast))
    brightness = [float(colour_at(left, cell).sum()) for cell in (fast, slow, idle)]
    assert brightness == sorted(brightness)


def test_one_very_fast_pod_does_not_pale_the_others() -> None:
    """The scale ends at a value that few pods exceed; a floor without demand has a scale all the same."""
    assert scale([np.array([*[1.0] * 999, 1000.0])]).vmax < 10
    assert scale([np.zeros(5)]).vmax == 1.0
    assert scale([no_pods()]).vmax == 1.0


def run(*words: object) -> str:
    result = CliRunner().invoke(slot_app, ["heat", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Nuts sell in three orders, bolts in one, washers never; nuts stand far away in a.csv and near in b.csv."""
    lines = ["1,nut,2,2026-01-05", "2,nut,1,2026-01-05", "3,nut,1,2026-01-07", "3,bolt,5,2026-01-07"]
    (tmp_path / "orders.csv").write_text("\n".join(["order_id,sku,quantity,timestamp", *lines]), encoding="utf-8")
    contents = {(0, 0): ("nut", 3), (1, 0): ("bolt", 3), (2, 0): ("washer", 1)}
    rank = station_distances(FLOOR, build_roads(FLOOR)).rank
    near, middle, *_, far = (list(FLOOR.grid.at(cell)) for cell in sorted(FLOOR.storage.tolist(), key=rank.__getitem__))
    write_plan(tmp_path / "a.csv", plan_of(contents, np.array([far, near, middle], np.int32)))
    write_plan(tmp_path / "b.csv", plan_of(contents, np.array([near, far, middle], np.int32)))
    return tmp_path


def test_the_command_draws_before_and_after(files: Path) -> None:
    """Both floors are in the picture, and the figures describe them in numbers."""
    plans = f"{files / 'a.csv'},{files / 'b.csv'}"
    output = run(TINY, "--orders", files / "orders.csv", "--plan", plans, "--out", files / "h.png", "--json")
    before, after = json.loads(output)
    assert len(panels(files / "h.png")) == 2
    assert (before["lines_a_day"], after["lines_a_day"], after["not_held"]) == (2.0, 2.0, 0.0)
    assert (before["nearest_fifth"], after["nearest_fifth"]) == (0.25, 0.75)
    assert before["trip_m"] > after["trip_m"]


def test_one_plan_is_one_floor(files: Path) -> None:
    """Order lines of SKUs outside the plan are counted."""
    contents = {(0, 0): ("bolt", 3)}
    write_plan(files / "c.csv", plan_of(contents, np.array([[2, 2]], np.int32)))
    output = run(TINY, "--orders", files / "orders.csv", "--plan", files / "c.csv", "--out", files / "h.png")
    assert "75.0% of the lines are of SKUs not in the plan" in output
    assert len(panels(files / "h.png")) == 1


def test_a_plan_without_orders_is_drawn_all_the_same(files: Path) -> None:
    """There is no share of no lines."""
    write_plan(files / "c.csv", plan_of({(0, 0): ("washer", 3)}, np.array([[2, 2]], np.int32)))
    output = run(TINY, "--orders", files / "orders.csv", "--plan", files / "c.csv", "--out", files / "h.png")
    assert "holds no SKU that was ordered" in output


def test_impossible_pictures_are_refused(files: Path) -> None:
    """Too many plans, a doubled one, another ending, a missing folder and a place of another floor are refused."""
    orders, a, out = files / "orders.csv", files / "a.csv", files / "h.png"
    with pytest.raises(InputError, match=r"names 3 slottings \(one, or two as before.csv,after.csv\)"):
        run(TINY, "--orders", orders, "--plan", "a,b,c", "--out", out)
    with pytest.raises(InputError, match="names a twice"):
        run(TINY, "--orders", orders, "--plan", "a,a", "--out", out)
    with pytest.raises(InputError, match=r"end it in \.png"):
        run(TINY, "--orders", orders, "--plan", a, "--out", files / "h.txt")
    with pytest.raises(InputError, match="can't be written to"):
        run(TINY, "--orders", orders, "--plan", a, "--out", files / "none" / "h.png")
    write_plan(files / "c.csv", plan_of({(0, 0): ("nut", 3)}, np.array([[3, 2]], np.int32)))
    with pytest.raises(InputError, match="is no storage cell"):
        run(TINY, "--orders", orders, "--plan", files / "c.csv", "--out", out)
    assert not out.exists()
