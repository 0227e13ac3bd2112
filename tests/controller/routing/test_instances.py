"""Published problems: the search comes near the best known answers, and other files are refused."""

from pathlib import Path

import pytest

from controller.routing.instances import gap, read_instance
from layout.errors import InputError

pytest.importorskip("pyvrp", reason="routes are planned by PyVRP, which isn't installed")

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "vrp"
needs_data = pytest.mark.skipif(not FOLDER.is_dir(), reason="the routing problems are not beside the checkout")

SQUARE = """NAME : square
TYPE : CVRP
DIMENSION : 5
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 2
NODE_COORD_SECTION
1 0 0
2 10 0
3 10 1
4 -10 0
5 -10 1
DEMAND_SECTION
1 0
2 1
3 1
4 1
5 1
DEPOT_SECTION
1
-1
EOF
"""


def test_a_small_problem_is_read_and_solved(tmp_path: Path) -> None:
    """Two pairs, a route of 10 + 1 + 10 each."""
    (tmp_path / "square.vrp").write_text(SQUARE)
    (tmp_path / "square.sol").write_text("Route #1: 1 2\nRoute #2: 3 4\nCost 42\n")
    instance = read_instance(tmp_path / "square.vrp", "round")
    assert (instance.name, instance.best_known) == ("square", 42)
    assert gap(instance, seed=1, iterations=50) == 0.0


@pytest.mark.parametrize("text", ["", "not a problem", "NAME : x\nDIMENSION : 3\n"])
def test_a_file_without_a_problem_is_refused_in_a_line(tmp_path: Path, text: str) -> None:
    """Whatever the file contains, there is no traceback."""
    (tmp_path / "x.vrp").write_text(text)
    with pytest.raises(InputError, match=r"x\.vrp: is no routing problem"):
        read_instance(tmp_path / "x.vrp", "round")


def test_a_missing_file_is_refused_in_a_line(tmp_path: Path) -> None:
    """The message is that of any missing file."""
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_instance(tmp_path / "none.vrp", "round")


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(("name", "convention", "best"), [("X-n101-k25", "round", 27_591), ("RC208", "dimacs", 7_761)])
def test_the_search_is_within_two_percent_of_the_best_known(name: str, convention: str, best: int) -> None:
    """3,000 iterations, three seeds, one problem with loads only and one with time windows."""
    instance = read_instance(FOLDER / f"{name}.vrp", convention)
    assert instance.best_known == best
    assert all(0.0 <= gap(instance, seed, 3000) <= 0.02 for seed in (1, 2, 3))
