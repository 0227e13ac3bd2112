"""docs/reference/scenario.md and policies.md say what the scenario's types say."""

import json
import re
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from controller.scenario import supply_chain
from controller.scenario.read import SECTIONS, load_scenario
from controller.scenario.scenario import POLICY_NAMES, Disruption, InjectedFault, Policies
from tests.support.floor.tiny_site import ROOT

REFERENCE = ROOT / "docs" / "reference"
PAGE = (REFERENCE / "scenario.md").read_text(encoding="utf-8")
POLICIES = (REFERENCE / "policies.md").read_text(encoding="utf-8")
TABLES = {
    **{f"[{name}]": kind for name, kind in SECTIONS.items()},
    "[[faults]]": InjectedFault,
    "[[disruption]]": Disruption,
    **{f"[{name}]": kind for name, kind in supply_chain.TABLES.items()},
    **{f"[[{name}]]": kind for name, (_, kind) in supply_chain.LISTS.items()},
}


def rows(title: str) -> dict[str, list[str]]:
    """{key: the other columns} of the table under a heading."""
    section = PAGE.split(f"\n## `{title}`\n")[1].split("\n## ")[0]
    cells = [row.strip("|").split(" | ") for row in re.findall(r"^\| `.*\|$", section, re.MULTILINE)]
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in cells}


def as_words(hint: Any) -> str:
    """Return the valid values of a type."""
    bare, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    (note,) = notes or (msgspec.Meta(),)
    origin, args = get_origin(bare), get_args(bare)
    if note.description:
        return str(note.description)
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in args)
    if origin is tuple:
        several = "a list" if args[-1] is ... else {2: "a pair", 3: "three"}[len(args)]
        return f"{several}: {as_words(args[0])}"
    if bare is bool:
        return "true or false"
    if bare is str:
        return "a text"
    if origin is dict:
        return "a table of lists"
    if bare is float and note.ge is None and note.gt is None:
        return "a number"
    least = f"over {shown(note.gt)}" if note.gt is not None else shown(note.ge or 0)
    most = "" if note.le is None else "2⁶³ – 1" if note.le == 2**63 - 1 else shown(note.le)
    return f"{least} to {most}" + (", whole" if bare is int else "")


def shown(bound: float) -> str:
    """Format a bound. Of equal annotations typing keeps the first, so 1,000 may come as 1000.0."""
    return f"{int(bound) if bound == int(bound) else bound:,}"


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "none"
    if isinstance(value, tuple) and len(value) == 24:
        return "see below"
    if isinstance(value, float) and value.is_integer():
        return json.dumps(int(value))
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


@pytest.mark.parametrize("title", TABLES)
def test_the_page_has_every_key_with_default_and_range(title: str) -> None:
    """Keys in the order of the program, their defaults, and what they may be."""
    kind = TABLES[title]
    hints = get_type_hints(kind, include_extras=True)
    expected = {
        field.name: ["required" if field.required else f"`{as_toml(default_of(field))}`", as_words(hints[field.name])]
        for field in msgspec.structs.fields(kind)
    }
    found = rows(title)
    assert {key: cells[:2] for key, cells in found.items()} == expected
    assert list(found) == list(expected)
    assert all(cells[2] for cells in found.values())


def default_of(field: msgspec.structs.FieldInfo) -> object:
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def test_the_page_has_every_section_and_no_other() -> None:
    """A section of the page is a table of the file."""
    assert set(re.findall(r"^## `(\[.+?\])`$", PAGE, re.MULTILINE)) == set(TABLES)


def test_the_days_profile_on_the_page_is_the_programs() -> None:
    """Hour by hour."""
    told = re.search(r"```toml\nprofile = (\[.*?\])\n```", PAGE, re.DOTALL)
    assert told is not None
    assert tuple(json.loads(told[1])) == msgspec.structs.asdict(SECTIONS["orders"]())["profile"]


def test_the_example_runs(tmp_path: Any) -> None:
    """The page's own scenario can be loaded, in a folder beside the maps."""
    example = re.search(r"```toml\n(\[floor\].*?)```", PAGE, re.DOTALL)
    assert example is not None
    for name in ("demo.toml",):
        (tmp_path / name).write_text((ROOT / "maps" / name).read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "night.toml"
    path.write_text(example[1], encoding="utf-8")
    assert load_scenario(path).run.start == "22:00"


def test_the_page_has_every_policy() -> None:
    """policies.md has a section a decision and an entry a policy, the default first as in the program."""
    titles = re.findall(r"^## `(\w+)`", POLICIES, re.MULTILINE)
    assert titles == list(POLICY_NAMES)
    assert {*POLICY_NAMES, "max_wait_s"} == {field.name for field in msgspec.structs.fields(Policies)}
    for key, names in POLICY_NAMES.items():
        section = POLICIES.split(f"\n## `{key}`")[1].split("\n## ")[0]
        assert re.findall(r"^### `(\w+)`", section, re.MULTILINE) == list(names)
        default = getattr(Policies(), key)
        assert re.findall(r"^### `(\w+)` \(default\)", section, re.MULTILINE) == [default]
