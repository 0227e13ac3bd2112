"""Writes the tables of docs/reference/events-and-records.md from the declarations of events, frames and record files.

    python docs/make_schema.py

Each generated part of the page stands below a comment that names it; the text around is written by hand.
"""

import ast
import inspect
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import msgspec
import numpy as np
from msgspec import inspect as types

from robots.recording import events, frames, record_parts, supply_chain_events
from robots.units.lifecycle import RobotState

PAGE = Path(__file__).parent / "reference" / "events-and-records.md"
_PART = re.compile(r"(<!-- (\w+) by docs/make_schema\.py -->\n).*?(<!-- end -->)", re.DOTALL)
_WORDS: dict[type, str] = {
    types.IntType: "integer",
    types.FloatType: "number",
    types.StrType: "text",
    types.BoolType: "true or false",
    types.BytesType: "bytes",
    types.NoneType: "nothing",
    types.AnyType: "anything",
}
_USUAL = {
    "order": "number of the order",
    "robot": "number of the robot",
    "pod": "number of the pod",
    "station": "index of the station",
    "task": "number of the task",
    "cell": "number of the cell",
    "sku": "index of the SKU",
    "trailer": "number of the trailer",
    "po": "number of the purchase order",
    "rma": "number of the return",
    "parcel": "number of the parcel's order",
    "source": "place that was left",
    "target": "place that was reached",
    "text": "description in words",
    "cents": "amount in cents",
    "vehicle": "name of the vehicle",
    "lane": "name of the shipping lane",
    "percent": "charge of the battery in per cent",
    "seed": "seed of the run",
    "scenario": "name of the scenario",
    "tick_s": "seconds per tick",
    "skus": "names of the SKUs",
    "stations": "the stations",
    "policies": "policies by their kind",
    "reason": "reason in words",
    "seller": "name of the seller",
    "supplier": "name of the supplier",
    "units": "number of units",
    "quantity": "number of units",
}
"""Meanings of fields that several structs have, where the struct doesn't say otherwise."""
_NAMED = re.compile(r"(?:^|(?<=[.;] ))(?=\w+(?:, \w+)*: )")
"""Start of a sentence that explains fields: "kind, state: …"."""


def made(page: str) -> str:
    """Return the page with all its generated parts. KeyError for a part that doesn't exist."""
    return _PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n{found[3]}", page)


def event_tables(module: ModuleType) -> str:
    """Return a heading, the docstring and a table of fields for each event declared in a module."""
    kinds = [kind for kind in get_args(events.AnyEvent) if kind.__module__ == module.__name__]
    return "\n".join(f"### {kind.__name__}\n\n{_head(kind)}{struct_table(kind, skip=('t',))}" for kind in kinds)


def struct_table(kind: type[msgspec.Struct], skip: tuple[str, ...] = (), usual: dict[str, str] = _USUAL) -> str:
    """Return a table of a struct's fields: name, type, default, meaning."""
    meanings, rows = usual | _explained(kind)[1] | dict(_meanings(kind)), []
    for field in msgspec.structs.fields(kind):
        if field.name not in skip:
            default = _default(field)
            rows.append(
                (
                    f"`{field.encode_name}`",
                    type_words(_type_of(kind, field.name)),
                    default,
                    meanings.get(field.name, ""),
                )
            )
    return _table(("field", "type", "default", "meaning"), rows)


def column_table(name: str, dtype: np.dtype[Any]) -> str:
    """Return a table of the columns of a dtype in frames.py; the meanings are its comments there."""
    comments = dict(_comments(name))
    rows = [(f"`{column}`", str(dtype[column]), comments.get(column, "")) for column in dtype.names or ()]
    return _table(("column", "type", "meaning"), rows)


def state_table(states: type[IntEnum]) -> str:
    """Return a table of an enumeration."""
    meanings = dict(_meanings(states))
    return _table(
        ("value", "state", "meaning"), [(str(s.value), s.name.lower(), meanings.get(s.name, "")) for s in states]
    )


def type_words(kind: types.Type) -> str:
    """Return a type in words: "list of (integer, integer)"."""
    match kind:
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
            return f"list of {type_words(item)}"
        case types.TupleType(item_types=items):
            return f"({', '.join(map(type_words, items))})"
        case types.DictType(key_type=key, value_type=value):
            return f"map from {type_words(key)} to {type_words(value)}"
        case types.UnionType(types=options):
            return " or ".join(map(type_words, options))
        case types.StructType(cls=cls):
            return cls.__name__
        case types.EnumType(cls=cls):
            return ", ".join(f'"{member.value}"' for member in cls)
    return _WORDS[type(kind)]


def _type_of(kind: type[msgspec.Struct], name: str) -> types.Type:
    info = types.type_info(kind)
    assert isinstance(info, types.StructType)
    return next(field.type for field in info.fields if field.name == name)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return ""
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return f"`{msgspec.json.encode(value).decode()}`"


def _head(kind: type[msgspec.Struct]) -> str:
    text = _explained(kind)[0]
    return f"{text}\n\n" if text else ""


def _explained(kind: type[msgspec.Struct]) -> tuple[str, dict[str, str]]:
    """Return a struct's docstring without the sentences about its fields, and those by field."""
    text, fields, meanings = " ".join((kind.__doc__ or "").split()), kind.__struct_fields__, dict[str, str]()
    rest = []
    for sentence in _NAMED.split(text):
        names, _, meaning = sentence.partition(": ")
        if set(names.split(", ")) <= set(fields):
            meanings |= dict.fromkeys(names.split(", "), meaning.strip().rstrip(".;"))
        elif sentence:
            rest.append(sentence.strip())
    return " ".join(rest), meanings


def _meanings(kind: type) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the fields of a class that have a string below them."""
    (tree,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(tree, ast.ClassDef)
    before: ast.stmt | None = None
    for node in tree.body:
        if before is not None and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            target = before.target if isinstance(before, ast.AnnAssign) else before.targets[0]  # type: ignore[attr-defined]
            yield ast.unparse(target), " ".join(str(node.value.value).split()).rstrip(".")
        before = node if isinstance(node, ast.Assign | ast.AnnAssign) else None


def _comments(name: str) -> Iterator[tuple[str, str]]:
    """Yield (column, comment) of a dtype in frames.py."""
    source = inspect.getsource(frames)
    at_line = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name and isinstance(node.value, ast.Call):
            for column in node.value.args[0].elts:  # type: ignore[attr-defined]
                lines = range(column.lineno, column.end_lineno + 1)
                yield column.elts[0].value, "; ".join(at_line[line] for line in lines if line in at_line)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return "No further fields.\n"
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


PARTS: dict[str, Callable[[], str]] = {
    "floor_events": lambda: event_tables(events),
    "supply_chain_events": lambda: event_tables(supply_chain_events),
    "header": lambda: struct_table(frames.Header),
    "station": lambda: struct_table(frames.StationInfo),
    "robot_columns": lambda: column_table("ROBOT_DTYPE", frames.ROBOT_DTYPE),
    "robot_states": lambda: state_table(RobotState),
    "station_columns": lambda: column_table("STATION_DTYPE", frames.STATION_DTYPE),
    "chunk": lambda: struct_table(record_parts.ChunkPart, usual={}),
}


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
