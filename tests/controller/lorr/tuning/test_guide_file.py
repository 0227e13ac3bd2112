"""Guide files, read and written."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from controller.lorr.guidance import Guidance, Lanes
from controller.lorr.planner import PlannerParams
from controller.lorr.traffic import CongestionCosts
from controller.lorr.tuning.guide_file import dump_guide, guide_beside, read_guide
from layout.errors import InputError

SEEDED = PlannerParams(threads=2, seed=7)
LANES = "[lanes]\nalong = 2\nagainst = 6\n"


def faults(text: str, folder: Path) -> list[str]:
    """The messages with which a guide is refused, without its path."""
    path = folder / "a.guide.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_guide(path, SEEDED)
    return [str(problem).removeprefix(f"{path}: ") for problem in caught.value.problems]


def test_a_guide_lies_beside_its_map() -> None:
    """Only the ending is replaced."""
    assert guide_beside(Path("maps/random-32-32-20.map")) == Path("maps/random-32-32-20.guide.toml")
    assert guide_beside(Path("a.b.map")) == Path("a.b.guide.toml")


def test_what_is_written_reads_the_same(tmp_path: Path) -> None:
    """All that a guide holds survives; what it doesn't hold comes from the parameters given."""
    congestion = CongestionCosts(0.25, 0.05, 12.0, 0.9, 0.5, 20.0)
    params = replace(SEEDED, depth=5, factor=3, power=2.0, onward=False, guidance=Guidance(Lanes(3, 30), congestion))
    path = tmp_path / "a.guide.toml"
    path.write_text(dump_guide(params, "One line.\nAnother."))
    assert path.read_text().startswith("# One line.\n# Another.\n\n[plan]\ndepth = 5\n")
    assert read_guide(path, SEEDED) == params
    assert read_guide(path, replace(SEEDED, rounds=-1)) == replace(params, rounds=-1)


def test_what_a_guide_leaves_out_is_the_planners_own_choice(tmp_path: Path) -> None:
    """Lanes are enough."""
    path = tmp_path / "a.guide.toml"
    path.write_text(LANES)
    assert read_guide(path, SEEDED) == replace(SEEDED, guidance=Guidance(Lanes(2, 6), CongestionCosts()))


BROKEN = {
    "no lanes": ("", ["[lanes]: has no along (add along = …)", "[lanes]: has no against (add against = …)"]),
    "an unknown table": (LANES + "[toll]\n", ["toll: is not a known table (did you mean tolls?)"]),
    "no table": ("plan = 3\n" + LANES, ["[plan]: is a number (write it as a table)"]),
    "an unknown key": (
        LANES + "[plan]\ndepht = 4\n",
        ["[plan] depht: is not a known key (did you mean depth?)"],
    ),
    "wrong types": (
        LANES + '[plan]\ndepth = "deep"\npower = true\nonward = 1\n',
        [
            "[plan] depth: 'deep' can't be used (expected 3, 4 or 5)",
            "[plan] power: true can't be used (expected a number of 0–10)",
            "[plan] onward: 1 can't be used (expected bool, got int)",
        ],
    ),
    "values out of range": (
        "[lanes]\nalong = 0\nagainst = 201\n[tolls]\noncoming = -1\nfade = 0\nmemory = 1.0\nhabit = nan\n",
        [
            "[lanes] along: 0 can't be used (expected a whole number of 1–200)",
            "[lanes] against: 201 can't be used (expected a whole number of 1–200)",
            "[tolls] oncoming: -1 can't be used (expected a number of 0–100)",
            "[tolls] fade: 0 can't be used (expected a number above 0, at most 1)",
            "[tolls] memory: 1.0 can't be used (expected a number of 0 to under 1)",
            "[tolls] habit: nan can't be used (expected a finite number)",
        ],
    ),
    "no TOML": ("[lanes\n", None),
}


@pytest.mark.parametrize(("text", "messages"), BROKEN.values(), ids=BROKEN)
def test_a_broken_guide_is_told_by_key(text: str, messages: list[str] | None, tmp_path: Path) -> None:
    """Every fault has its place and what would be right."""
    found = faults(text, tmp_path)
    assert found == messages if messages is not None else found[0].startswith("is not valid TOML")


def test_a_missing_guide_is_told(tmp_path: Path) -> None:
    """The path that was looked for is named."""
    with pytest.raises(InputError, match=r"none\.toml: can't be read: No such file"):
        read_guide(tmp_path / "none.toml", SEEDED)


def test_the_example_of_the_page_is_right(tmp_path: Path) -> None:
    """It holds every key there is, so that writing it again loses nothing but its remarks."""
    page = (Path(__file__).parents[4] / "docs" / "how-to" / "tune-guidance.md").read_text(encoding="utf-8")
    path = tmp_path / "a.guide.toml"
    path.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    written = tmp_path / "b.guide.toml"
    written.write_text(dump_guide(read_guide(path, SEEDED), "Again."), encoding="utf-8")
    assert tomllib.loads(written.read_text()) == tomllib.loads(path.read_text())
