"""Areas and roads: points lie in their areas, and distances and times follow the road factor and speeds."""

import numpy as np

from controller.routing.plane import Area, Roads
from tests.support.supply_chain.route_constraints import drive_s, road_m

TOWN = Area("town", (3.0, 4.0), 2.0, 30.0)


def test_points_fill_an_area_evenly() -> None:
    """All points lie in the area, a quarter of them within half its radius."""
    rng = np.random.default_rng(1)
    at = np.array([TOWN.draw(rng) for _ in range(4000)])
    distance = np.hypot(at[:, 0] - 3.0, at[:, 1] - 4.0)
    assert distance.max() <= 2.0
    assert 0.22 < (distance <= 1.0).mean() < 0.28


def test_a_way_is_longer_than_the_straight_line() -> None:
    """3 and 4 km make 5 of line and 6.5 of road, at 50 km/h 468 s."""
    metres, seconds = Roads().matrices([(0.0, 0.0), (3.0, 4.0)])
    assert metres.tolist() == [[0, 6500], [6500, 0]]
    assert seconds.tolist() == [[0, 468], [468, 0]]


def test_within_an_area_its_own_speed_counts() -> None:
    """One km of line between two addresses of the town, and the same between one of them and one outside."""
    roads = Roads((TOWN,), speed_kmh=60.0, detour=1.0)
    _, seconds = roads.matrices([(3.0, 4.0), (4.0, 4.0), (5.5, 4.0)])
    assert seconds[0].tolist() == [0, 120, 150]
    assert seconds[1, 2] == 90


def test_matrices_agree_with_the_plain_reckoning() -> None:
    """Distances agree between 30 points in and around overlapping areas."""
    rng = np.random.default_rng(2)
    roads = Roads((TOWN, Area("port", (4.0, 4.0), 3.0, 20.0)))
    points = [(float(x), float(y)) for x, y in rng.uniform(0, 8, (30, 2))]
    metres, seconds = roads.matrices(points)
    for a, begin in enumerate(points):
        assert metres[a].tolist() == [road_m(begin, end, roads) for end in points]
        assert seconds[a].tolist() == [drive_s(begin, end, roads) for end in points]


def test_no_points_make_empty_matrices() -> None:
    """No points are no error."""
    assert [matrix.shape for matrix in Roads().matrices([])] == [(0, 0), (0, 0)]
