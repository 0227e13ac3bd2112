"""TOML tables → frozen parameter objects: every fault of a table found at once, each with its place and a way out."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from layout.errors import InputError, Problem

T = TypeVar("T", bound=msgspec.Struct)


def load_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. InputError if it can't be read or isn't TOML."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise InputError.single(str(path), "", f"can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError.single(str(path), "", f"is not valid TOML: {error}") from error


def read_table(kind: type[T], table: object, file: str, where: str, problems: list[Problem]) -> T:
    """A `kind` from a table, missing keys defaulted. Faults go to `problems`, a faulty key counts as missing.

    A required key that is missing is a fault too; the object returned then is not to be used.
    """
    if not isinstance(table, Mapping):
        problems.append(Problem(file, where, f"is {_name_of(table)}", "write it as a table"))
        table = {}
    hints = get_type_hints(kind, include_extras=True)
    good: dict[str, Any] = {}
    for key, value in table.items():
        if key not in hints:
            problems.append(Problem(file, f"{where} {key}", "is not a known key", suggestion(key, hints)))
            continue
        try:
            good[key] = msgspec.convert(value, hints[key])
        except msgspec.ValidationError as error:
            problems.append(Problem(file, f"{where} {key}", f"{value!r} can't be used", _plain(str(error))))
            good.setdefault(key, None)
    required = [field.encode_name for field in msgspec.structs.fields(kind) if field.required]
    for key in required:
        if key not in good:
            problems.append(Problem(file, where, f"has no {key}", f"add {key} = …"))
            good[key] = None
    return kind(**{key: value for key, value in good.items() if value is not None or key in required})


def suggestion(word: str, known: Iterable[str]) -> str:
    """What the writer may have meant by an unknown word."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"


def _plain(message: str) -> str:
    """msgspec's message without its paths and quotes: "Expected `int` >= 0" → "expected int >= 0"."""
    return (message.split(" - at ", maxsplit=1)[0].replace("`", "")).replace("Expected", "expected", 1)


def _name_of(value: object) -> str:
    names = {str: "a text", int: "a number", float: "a number", bool: "true or false", list: "a list"}
    return names.get(type(value), type(value).__name__)
