"""Scenario files: their meaning, their defaults, and the reports of broken ones."""

from pathlib import Path

import pytest

from controller.scenario.read import load_scenario
from controller.scenario.scenario import InjectedFault, fleet_size, sku_count
from tests.support.floor.tiny_site import DEMO, FLOOR, ROOT, TINY, faults_of, tiny


def test_faults_of_settings_and_file_are_told_together(tmp_path: Path) -> None:
    """Each names where it came from."""
    path = tmp_path / "a.toml"
    path.write_text(FLOOR + "[run]\nticks = 0\nseed = 1\n")
    assert faults_of(lambda: load_scenario(path, {"robots.cuont": "3", "run.seed": "-1", "rum.seed": "2"})) == [
        "--set rum.seed: is not section.key (did you mean run?)",
        f"{path}: [run] ticks: 0 can't be used (expected int >= 1)",
        "--set run.seed: -1 can't be used (expected int >= 0)",
        "--set robots.cuont: is not a known key (did you mean count?)",
    ]


FILES = {
    "not TOML": (
        b"[run\nticks = 3",
        "is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 5)",
    ),
    "not UTF-8": (b"[run]\n# \xff\xfe", "is not UTF-8 text (save it as UTF-8)"),
    "nested without end": (b"a = " + b"[" * 5000, "is not valid TOML: it is nested too deep"),
    "empty": (b"", "has no floor (add a table [floor])"),
}


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_scenario_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    """Whatever the bytes, there is one message and no traceback."""
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    assert faults_of(lambda: load_scenario(path)) == [f"{path}: {message}"]


def test_a_scenario_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing file, and a folder in its place."""
    path = tmp_path / "a.toml"
    assert faults_of(lambda: load_scenario(path)) == [f"{path}: can't be read: No such file or directory"]
    assert faults_of(lambda: load_scenario(tmp_path)) == [f"{tmp_path}: is a folder (name a file)"]


def test_faults_of_floor_and_sections_are_told_together(tmp_path: Path) -> None:
    """A floor that can't be driven and a bad key come in one go, the floor first."""
    path = tmp_path / "a.toml"
    path.write_text('[floor]\ngrid = """\n#.x#\n"""\n[run]\nticks = 0\n')
    glyph, ticks = faults_of(lambda: load_scenario(path))
    assert glyph.startswith(f'{path}: grid line 1, column 3: "x" is not a glyph')
    assert ticks == f"{path}: [run] ticks: 0 can't be used (expected int >= 1)"


def test_a_floor_in_a_file_that_no_file_is(tmp_path: Path) -> None:
    """The floor's path is checked as that of the orders is."""
    path = tmp_path / "a.toml"
    path.write_text('[floor]\nfile = "a\\u0000b"\n')
    assert faults_of(lambda: load_scenario(path)) == [
        f"{path}: [floor] file: 'a\\x00b' can't be used (expected a path)"
    ]


def test_every_shipped_scenario_loads() -> None:
    """The maps that ship have no fault."""
    for path in sorted((ROOT / "maps").glob("*.toml")):
        assert load_scenario(path).name == path.stem


def test_the_shortest_scenario_is_a_floor(tmp_path: Path) -> None:
    """A floor alone runs with the trade's figures, fitted to what the floor can take."""
    path = tmp_path / "a.toml"
    path.write_text(FLOOR)
    scenario = load_scenario(path)
    assert (scenario.name, scenario.run.ticks, scenario.start_s) == ("a", 14_400, 8 * 3600.0)
    assert fleet_size(scenario) == 9  # 1.15 × 8 for the one pick station
    assert sku_count(scenario) == 46  # a quarter of 11 pods × 24 bins × 0.7


def test_robots_by_the_rule_of_thumb_are_no_more_than_pods() -> None:
    """Every robot that nobody asked for by number has a pod to wait under."""
    assert fleet_size(tiny(robots={"per_station": 20})) == 11
    assert fleet_size(tiny(robots={"count": 13})) == 13


def test_settings_lie_over_the_file() -> None:
    """Values are TOML, bare words are texts, and a section may be one the file doesn't have."""
    scenario = load_scenario(DEMO, {"run.ticks": "60", "policies.pods": "random", "orders.cut_offs": '["17:00"]'})
    assert (scenario.run.ticks, scenario.policies.pods, scenario.orders.cut_offs) == (60, "random", ("17:00",))
    assert scenario.stock.skus == load_scenario(DEMO).stock.skus
    assert load_scenario(TINY, {"run.start": '"22:30"'}).start_s == 22.5 * 3600


def test_dates_and_times_may_be_written_without_quotes(tmp_path: Path) -> None:
    """TOML has days and times of its own; they mean what the texts mean."""
    path = tmp_path / "a.toml"
    path.write_text(FLOOR + "[run]\nstart = 06:30:00\n[orders]\nday = 2010-12-01\ncut_offs = [12:00:00]\n")
    scenario = load_scenario(path)
    assert (scenario.run.start, scenario.orders.day, scenario.orders.cut_offs) == ("06:30", "2010-12-01", ("12:00",))


def test_whole_numbers_do_for_seconds_and_shares() -> None:
    """An int where a float belongs is no fault."""
    assert tiny(run={"tick_s": 2}, robots={"battery_start": 1}).run.tick_s == 2.0


def test_faults_are_read_in_order(tmp_path: Path) -> None:
    """[[faults]] become Fault objects; a stop lasts a minute of ticks if nothing is said."""
    path = tmp_path / "a.toml"
    path.write_text(
        FLOOR + '[[faults]]\nrobot = 8\ntick = 5\nkind = "stop"\n[[faults]]\nrobot = 0\ntick = 1\nkind = "die"'
    )
    assert load_scenario(path).faults == (InjectedFault(8, 5, "stop", 60), InjectedFault(0, 1, "die"))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('robot = "any"\nkind = "stop"', 'robot = "any" can\'t be of kind stop (name one robot)'),
        (
            'robot = "any"\nkind = "lift"',
            'robot = "any" is of no pod and no charger (add the pod or charger at fault)',
        ),
        ('robot = 0\nkind = "lift"\npod = 11', "there is no pod 11 (pods are 0–10)"),
        ('robot = 0\nkind = "charge"\npod = 1', "pod is not for kind charge (for lift and set-down only)"),
        ('robot = 0\nkind = "lift"\ncharger = "9,2"', "charger is not for kind lift (for charge only)"),
        ('robot = "any"\nkind = "charge"\ncharger = "0,0"', "there is no charger at 0,0 (chargers are at (2, 9))"),
    ],
)
def test_faults_of_actions_name_what_is_there(tmp_path: Path, keys: str, message: str) -> None:
    """A pod, a charger, or one robot, as its kind needs it."""
    path = tmp_path / "a.toml"
    path.write_text(f"{FLOOR}[[faults]]\ntick = 5\n{keys}\n")
    assert faults_of(lambda: load_scenario(path)) == [f"{path}: [[faults]] number 1: {message}"]


def test_seconds_are_whole_ticks_and_at_least_one() -> None:
    """Three seconds of lifting are two ticks of 1.5 s, and a blink is still a tick."""
    scenario = tiny(run={"tick_s": 1.5})
    assert (scenario.ticks(3.0), scenario.ticks(0.01)) == (2, 1)
