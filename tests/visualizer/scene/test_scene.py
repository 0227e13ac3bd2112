"""Content of a picture as arrays."""

import numpy as np
import pytest

from layout.errors import InputError
from layout.floor import Floor
from layout.grid import EAST
from robots.recording.frames import StationInfo
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import CARRYING, CHARGING, DEAD, FETCHING, cell, eye_frame, eye_header
from visualizer.scene.scene import LOADS, Load, Scene, Selection, Thing
from visualizer.style.palette import Ground


@pytest.fixture
def scene(floor: Floor) -> Scene:
    return Scene(eye_header(), floor)


def test_the_ground_shows_kinds_and_stations(scene: Scene) -> None:
    """Walls, storage places, chargers, service cells, queue lane and outfeed each have their ground."""
    seen = {where: Ground(int(scene.ground[cell(*where)])) for where in _GROUNDS}
    assert seen == _GROUNDS


_GROUNDS = {
    (0, 0): Ground.WALL,
    (1, 1): Ground.AISLE,
    (2, 2): Ground.PLACE,
    (3, 6): Ground.CHARGER,
    (5, 1): Ground.PICK_LANE,
    (5, 2): Ground.PICK,
    (5, 4): Ground.OUTFEED,
    (5, 7): Ground.PACK,
}


def test_pods_stand_on_the_ground_but_carried_ones_do_not(scene: Scene) -> None:
    """Pods 1 and 2 are on the ground, pod 0 is on its robot."""
    ground = scene.ground_with(eye_frame(0))
    assert np.flatnonzero(ground == Ground.POD).tolist() == [cell(2, 2), cell(3, 4)]


def test_lanes_and_queue_lanes_have_a_way(scene: Scene) -> None:
    """The one-way aisle and the queue lane are driven east; an open aisle has no heading."""
    assert scene.lane_headings[cell(5, 5)] == scene.lane_headings[cell(5, 1)] == EAST
    assert scene.lane_headings[cell(1, 1)] == -1


def test_robots_are_where_the_frame_says(scene: Scene) -> None:
    """Without a next frame every robot is on its cell."""
    robots = scene.robots(eye_frame(3))
    assert robots.row.tolist() == [1, 4, 4, 3]
    assert robots.col.tolist() == [4, 1, 8, 6]
    assert [LOADS[load] for load in robots.load] == [Load.NONE, Load.POD, Load.NONE, Load.NONE]
    assert robots.faulty.tolist() == [False, False, True, False]


def test_robots_glide_between_ticks(scene: Scene) -> None:
    """Half-way between two ticks a driving robot is half-way between its cells, the others stand."""
    robots = scene.robots(eye_frame(3), eye_frame(4), 0.5)
    assert robots.col.tolist() == [4.5, 1, 8, 6]


def test_robots_do_not_fly(scene: Scene) -> None:
    """A robot doesn't glide to a cell far away, as after lost ticks."""
    assert scene.robots(eye_frame(0), eye_frame(5), 0.5).col[FETCHING] == 1


def test_only_robots_in_view_are_drawn(scene: Scene) -> None:
    """Three of the four robots are in rows 3 and 4."""
    robots = scene.in_view(scene.robots(eye_frame(0)), (3, 5, 0, 10))
    assert robots.number.tolist() == [CARRYING, DEAD, CHARGING]


def test_nonsense_in_a_frame_is_not_drawn(scene: Scene) -> None:
    """Cells off the floor, unknown states and headings are hidden or clipped, never an error."""
    frame = eye_frame(0)
    frame.robots["cell"] = [-1, 10_000, 2**31 - 1, cell(1, 1)]
    frame.robots["state"], frame.robots["heading"] = 250, 77
    frame.pods[:] = [-7, 10_000, cell(2, 2)]
    robots = scene.in_view(scene.robots(frame), (0, 7, 0, 10))
    assert robots.number.tolist() == [3]
    assert robots.state.tolist() == [RobotState.DEAD]
    assert scene.standing(frame).tolist() == [cell(2, 2)]


def test_what_is_under_a_point(scene: Scene) -> None:
    """The robot is first, then the pod, the station, the cell."""
    frame = eye_frame(0)
    frame.robots["cell"][CHARGING] = cell(2, 2)
    found = scene.under(frame, scene.robots(frame), (2.5, 2.4), 0.5)
    assert found == [
        Selection(Thing.ROBOT, CHARGING),
        Selection(Thing.POD, 1),
        Selection(Thing.CELL, cell(2, 2)),
    ]
    station = scene.under(frame, scene.robots(frame), (5.5, 1.5), 0.5)
    assert station == [Selection(Thing.STATION, 0), Selection(Thing.CELL, cell(5, 1))]


def test_nothing_lies_beyond_the_floor(scene: Scene) -> None:
    """A point outside the floor has nothing under it."""
    frame = eye_frame(0)
    assert scene.under(frame, scene.robots(frame), (-1.0, 3.0), 0.5) == []


def test_a_carried_pod_is_where_its_robot_is(scene: Scene) -> None:
    """Pod 0 is at the cell of robot 1, which carries it."""
    assert scene.cell_of(eye_frame(0), Selection(Thing.POD, 0)) == cell(4, 1)


def test_a_header_for_another_floor_is_refused(floor: Floor) -> None:
    """Stations that the floor doesn't have are named in the error."""
    header = eye_header(stations=[StationInfo("pick-9", "pick", 3)])
    with pytest.raises(InputError, match='header: station "pick-9": is not on the floor eye'):
        Scene(header, floor)
