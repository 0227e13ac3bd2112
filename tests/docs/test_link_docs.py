"""docs/reference/link.md has every message and every field of the link and the desk, with its bounds."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec import Struct, inspect

from robots.link import messages
from robots.requests import requests

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "link.md").read_text(encoding="utf-8")
ROBOTS = [*get_args(messages.FromRobot), *get_args(messages.ToRobot)]
DESK = [*get_args(requests.Request), requests.Result, requests.WantedOrder, requests.WantedLine, requests.NoticeLine]


def heading(kind: type[Struct]) -> str:
    """Under which a message stands: its kind as it is sent, or what a part of one is called."""
    part = {
        requests.WantedOrder: "An order of SUBMIT",
        requests.WantedLine: "A line of an order",
        requests.NoticeLine: "A line of ADVISE",
    }
    name = part.get(kind) or str(kind.__struct_config__.tag)
    return f"### {name}{' at the desk' if kind in (requests.Pause, requests.Resume, requests.Cancel) else ''}\n"


def section(kind: type[Struct]) -> str:
    assert PAGE.count(heading(kind)) == 1, heading(kind)
    return re.split(r"^##", PAGE.partition(heading(kind))[2], maxsplit=1, flags=re.MULTILINE)[0]


def bounds(kind: inspect.Type) -> str:
    """Return the valid values of a field, in the words of the page."""
    match kind:
        case inspect.BoolType():
            return "true, false"
        case inspect.IntType():
            most = kind.le if kind.le is not None else (kind.lt or 0) - 1
            return f"{_number(kind.ge or 0)} to {_number(most)}"
        case inspect.FloatType() if kind.ge is None and kind.gt is None:
            return "number"
        case inspect.FloatType():
            least = f"above {kind.gt:,g}," if kind.gt is not None else f"{kind.ge:,g}"
            return f"number, {least} to {kind.le:,.0f}"
        case inspect.StrType() if kind.pattern:
            return f"text, `{kind.pattern}`"
        case inspect.StrType():
            return f"text, {kind.min_length or 0} to {kind.max_length} characters"
        case inspect.LiteralType():
            return ", ".join(f"`{value}`" for value in sorted(map(str, kind.values)))
        case inspect.ListType():
            return f"{kind.min_length or 0} to {kind.max_length} of: {bounds(kind.item_type)}"
        case inspect.DictType():
            return f"map of 0 to {kind.max_length}: {bounds(kind.key_type)} → {bounds(kind.value_type)}"
        case inspect.UnionType():
            return " or ".join(bounds(one) for one in kind.types)
        case inspect.NoneType():
            return "null"
        case inspect.StructType():
            return heading(kind.cls)[4:-1]
    raise AssertionError(kind)


def _number(value: float) -> str:
    """Large powers of two as such."""
    for power in (20, 31, 53):
        for sign, text in ((1, ""), (-1, "-")):
            if value in (sign * ((1 << power) - 1), sign * (1 << power)):
                return f"{text}2^{power}" + (" - 1" if abs(value) % 2 else "")
    return f"{value:,}"


def rows(kind: type[Struct]) -> list[str]:
    """How the row of each field begins."""
    found = []
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        left_out = "" if field.required else " (may be left out)"
        found.append(f"| `{field.encode_name}` | {bounds(field.type)}{left_out} | ")
    return found


@pytest.mark.parametrize("kind", [*ROBOTS, *DESK], ids=lambda kind: heading(kind)[4:-1])
def test_every_field_is_explained_with_its_bounds(kind: type[Struct]) -> None:
    """A row each, in the order in which they are declared, and no row for a field that isn't there."""
    table = section(kind).partition("| field |")[2].partition("\n\n")[0]
    told = [line for line in table.splitlines() if line.startswith("| `")]
    expected = [row for row in rows(kind) if not (kind in DESK and row.startswith(("| `client`", "| `msg`")))]
    assert len(told) == len(expected), expected
    for line, row in zip(told, expected, strict=True):
        assert line.startswith(row), row
        assert len(line) > len(row) + 5, f"{row}: nothing is said of it"


def test_what_all_requests_have_is_explained_once() -> None:
    """client and msg."""
    for name in ("client", "msg"):
        assert PAGE.count(f"| `{name}` | text, 1 to 100 characters | ") == 1


def test_the_limits_are_those_of_the_program() -> None:
    for figure in (messages.VERSION, messages.HORIZON, messages.MOST_BYTES, requests.MOST_BYTES, requests.MOST_LINES):
        assert f"{figure:,}" in PAGE
    for flag in ("FLAG_PAUSED", "FLAG_CHARGING", "FLAG_OFF_ROUTE", "FLAG_FAULT"):
        assert f"| {getattr(messages, flag)} | " in PAGE
