"""Convert TOML tables to frozen parameter objects, and report every fault of a table at once, each with its place and a
remedy.
"""

import difflib
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from layout.errors import InputError, Problem
from layout.files.reading import TOML, read_text

T = TypeVar("T", bound=msgspec.Struct)

PathText = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*\Z", description="a path")]
"""Type of a key that names a file."""
_LONGEST = 60
"""Most characters of a faulty value in a message."""


def load_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file. Raises InputError if it cannot be read or is not TOML."""
    return parse_toml(read_text(path, TOML), str(path))


def parse_toml(text: str, file: str, where: str = "") -> dict[str, object]:
    """Return the tables of a text. Raises InputError, attributed to `file`, if it is not TOML."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError.single(file, where, "is not valid TOML: it is nested too deep") from error
    except ValueError as error:  # also raised for whole numbers of thousands of digits, beside TOMLDecodeError
        raise InputError.single(file, where, f"is not valid TOML: {error}") from error


def read_table(kind: type[T], table: object, file: str, where: str, problems: list[Problem]) -> T:
    """Return a `kind` from a table, with defaults for missing keys. Faults go to `problems`; a faulty key counts as
    missing.

    Dates and times of TOML are taken as the texts they are written as. A missing required key is a fault, too; the
    object returned then must not be used.
    """
    if not isinstance(table, Mapping):
        problems.append(Problem(file, where, f"is {_name_of(table)}", "write it as a table"))
        table = {}
    hints = get_type_hints(kind, include_extras=True)
    required = {field.encode_name for field in msgspec.structs.fields(kind) if field.required}
    values: dict[str, object] = dict.fromkeys(required)
    for key, raw in table.items():
        if key not in hints:
            problems.append(Problem(file, f"{where} {key}", "is not a known key", suggestion(key, hints)))
            continue
        value = _without_dates(raw)
        faults = list(_faults(value, hints[key], f"{where} {key}"))
        problems += [Problem(file, *fault) for fault in faults]
        if not faults:
            values[key] = msgspec.convert(value, hints[key])
    for key in hints:
        if key in required and key not in table:
            problems.append(Problem(file, where, f"has no {key}", f"add {key} = {_sample(hints[key])}"))
    return kind(**values)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return a suggestion for an unknown word."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"


def _faults(value: object, hint: object, where: str) -> Iterator[tuple[str, str, str]]:
    """Yield (place, fault, remedy) of a value, or of each of its parts that does not fit."""
    inner = [fault for part in _parts(value, hint, where) for fault in _faults(*part)]
    if inner:
        yield from inner
    elif isinstance(value, float) and not math.isfinite(value):
        yield where, f"{_shown(value)} can't be used", "expected a finite number"
    else:
        try:
            msgspec.convert(value, hint)
        except msgspec.ValidationError as error:
            yield where, f"{_shown(value)} can't be used", _instead(value, hint, str(error))


def _parts(value: object, hint: object, where: str) -> Iterator[tuple[object, object, str]]:
    """Yield the entries of a list or table with the type required of each, if the value's type matches its hint."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    origin, args = get_origin(bare), get_args(bare)
    if isinstance(value, Mapping) and origin is dict:
        yield from ((key, args[0], where) for key in value)
        yield from ((entry, args[1], f"{where}.{key}") for key, entry in value.items())
    elif isinstance(value, list | tuple) and origin in (list, tuple):
        same = origin is list or args[-1] is ...
        kinds = [args[0]] * len(value) if same else args
        if len(kinds) == len(value):
            entries = enumerate(zip(value, kinds, strict=True))
            yield from ((entry, kind, f"{where}[{number}]") for number, (entry, kind) in entries)


def _instead(value: object, hint: object, message: str) -> str:
    """Return the remedy: as the hint describes it, else msgspec's message without its paths and quotes."""
    bare, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    for note in notes:
        if isinstance(note, msgspec.Meta) and (close := _close(value, note.examples or ())):
            return f"did you mean {close}?"
        if isinstance(note, msgspec.Meta) and note.description:
            return f"expected {note.description}"
    if get_origin(bare) is Literal and isinstance(value, str):
        return suggestion(value, get_args(bare))
    plain = message.split(" - at ", 1)[0].replace("`object`", "table").replace("`", "")
    return plain.replace("Expected", "expected", 1)


def _close(value: object, names: Iterable[str]) -> str:
    """Return the name most similar to a text, or "" if there is none."""
    close = difflib.get_close_matches(value, list(names), n=1) if isinstance(value, str) else []
    return close[0] if close else ""


def _sample(hint: object) -> str:
    return " or ".join(f'"{word}"' for word in get_args(hint)) if get_origin(hint) is Literal else "…"


def _without_dates(value: object) -> object:
    """Return the value with TOML's dates and times as texts: 2010-12-01, 08:30."""
    if isinstance(value, Mapping):
        return {key: _without_dates(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_without_dates(entry) for entry in value]
    if isinstance(value, time):
        return value.isoformat().removesuffix(":00")
    return value.isoformat() if isinstance(value, date) else value


def _shown(value: object) -> str:
    """Return a recognisable, shortened form of a value."""
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number as long as that"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _name_of(value: object) -> str:
    names = {str: "a text", int: "a number", float: "a number", bool: "true or false", list: "a list"}
    return names.get(type(value), type(value).__name__)
