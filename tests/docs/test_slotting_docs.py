"""docs/reference/slotting.md has every policy, option, column and JSON key of the slot commands, and none that isn't there."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from controller.cli.slot.group import slot_app
from controller.experiments.slotting_trials import FIGURES
from controller.slotting import items as slot_items
from layout.slotting import plan_file
from layout.slotting.moves import move_file
from layout.slotting.policies.by_name import POLICIES
from tests.controller.cli.slot.test_plan import ITEMS, done, order_file, small, text_file
from tests.support.floor.tiny_site import ROOT

PAGE = (ROOT / "docs" / "reference" / "slotting.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the text under a heading."""
    level = title.index(" ")
    return re.split(rf"^#{{1,{level}}} ", PAGE.split(f"\n{title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    """The words in code of the first column of a table."""
    return [word for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for word in re.findall(r"`([^`]+)`", row)]


def keys_in(found: object) -> set[str]:
    """All keys of a JSON value but those that data gives."""
    if isinstance(found, list):
        return set().union(*map(keys_in, found))
    if not isinstance(found, dict):
        return set()
    return set(found).union(*(keys_in(value) for key, value in found.items() if key != "left_out"))


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, Path]:
    """A floor, its orders, its items and two plans."""
    floor, orders, items = small(tmp_path), order_file(tmp_path), text_file(tmp_path, ITEMS, "items.csv")
    now, better = tmp_path / "now.csv", tmp_path / "better.csv"
    done("plan", floor, "--orders", orders, "--policy", "random", "--out", now)
    done("plan", floor, "--orders", orders, "--policy", "affinity", "--current", now, "--out", better)
    return {"floor": floor, "orders": orders, "items": items, "now": now, "better": better}


def test_every_policy_has_its_paragraph() -> None:
    """In the order of the program."""
    assert re.findall(r"^### `(\w+)`", section("## Policies"), re.MULTILINE) == list(POLICIES)


def test_every_option_is_told_with_its_commands() -> None:
    """The commands that are named are those that have it."""
    commands: Any = get_command(slot_app)
    having: dict[str, set[str]] = {}
    for name, command in commands.commands.items():
        if name == "layout":
            continue  # has a page of its own
        for parameter in command.params:
            if parameter.param_type_name == "option":
                having.setdefault(max(parameter.opts, key=len), set()).add(name)
    having.pop("--help", None)
    everyone = set(commands.commands) - {"layout"}
    told: dict[str, set[str]] = {}
    for words, names in re.findall(r"^\| (`--.*?) \| (.*?) \|", section("## Options"), re.MULTILINE):
        of = everyone if names == "all" else set(names.split(", "))
        told |= {option.split(" ")[0]: of for option in re.findall(r"`([^`]+)`", words)}
    assert told == having


def test_the_heads_of_files_are_the_programs() -> None:
    """Plan, moves, items and the names that order columns may have."""
    assert ",".join((*plan_file.HEAD, plan_file.DAYS)) in section("### Plan CSV").splitlines()
    assert ",".join(move_file.HEAD) in section("### Moves CSV").splitlines()
    assert set(first_cells(section("### Moves CSV"))) == set(move_file.HEAD)
    page = section("### Items CSV")
    assert first_cells(page) == list(slot_items.COLUMNS)
    for field, names in slot_items.COLUMNS.items():
        (row,) = re.findall(rf"^\| `{field}` \|.*$", page, re.MULTILINE)
        assert field == "sku" or set(names) == set(re.findall(r"`(\w[^`]*)`", row)), field


def test_every_key_of_compare_is_told(shop: dict[str, Path]) -> None:
    """The table has them all, and no other."""
    found = done("compare", shop["floor"], "--orders", shop["orders"])
    assert set(first_cells(section("### `compare --json`"))) == keys_in(found)


@pytest.mark.parametrize("command", ["analyze", "plan", "moves", "heat", "prove"])
def test_every_key_of_the_other_commands_is_told(command: str, shop: dict[str, Path], tmp_path: Path) -> None:
    """Somewhere in the section of the command's JSON."""
    ordered = ("--orders", shop["orders"])
    words: dict[str, tuple[object, ...]] = {
        "analyze": (shop["floor"], *ordered, "--items", shop["items"]),
        "plan": (shop["floor"], *ordered, "--out", tmp_path / "out.csv"),
        "moves": ("--from", shop["now"], "--to", shop["better"], "--layout", shop["floor"], *ordered),
        "heat": (shop["floor"], *ordered, "--plan", shop["now"], "--out", tmp_path / "heat.png"),
        "prove": (
            *(shop["floor"], *ordered, "--plans", f"{shop['now']},random"),
            *("--replications", 1, "--ticks", 5, "--workers", 1),
        ),
    }
    title = "### `analyze --json` and `analysis.json`" if command == "analyze" else f"### `{command} --json`"
    told = set(re.findall(r"`([^`]+)`", section(title)))
    if command == "prove":
        told |= {figure.name for figure in FIGURES if f"`{figure.name}`" in PAGE}
    assert not keys_in(done(command, *words[command])) - told
