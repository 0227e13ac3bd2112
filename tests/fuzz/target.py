"""A target: files or messages with a reader, and a comparison of the results."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from layout.errors import InputError
from tests.support.mutations import mutated, mutated_structure

Read = Callable[[Path], Any]


@dataclass(frozen=True)
class Target:
    """A target. read: returns the meaning of a folder's files. goods: folders of valid files by name; one file in
    `changed` is changed by `change`. refused: exceptions that a reader may raise.
    """

    read: Read
    goods: Sequence[Mapping[str, bytes]]
    changed: Sequence[str]
    change: Callable[[bytes, int], bytes] = mutated
    refused: tuple[type[Exception], ...] = (InputError,)

    def files(self, seed: int) -> Mapping[str, bytes]:
        """Return the files of a folder, one of them changed."""
        good = self.goods[seed % len(self.goods)]
        name = self.changed[seed // len(self.goods) % len(self.changed)]
        return {**good, name: self.change(good[name], seed)}


def file_target(name: str, data: bytes, read: Callable[[Path], Any], **more: Any) -> Target:
    return Target(lambda folder: read(folder / name), [{name: data}], [name], **more)


def message_targets(
    read: Callable[[bytes], Any], goods: Sequence[bytes], *refused: type[Exception]
) -> dict[str, Target]:
    """Return two targets: one changes bytes, the other changes values of messages that stay well-formed."""

    def read_file(folder: Path) -> Any:
        return read((folder / "frame").read_bytes())

    folders = [{"frame": data} for data in goods]
    return {
        how: Target(read_file, folders, ["frame"], change, refused)
        for how, change in (("bytes", mutated), ("values", mutated_structure))
    }


def plain(value: Any) -> Any:
    """Return a value as numbers, texts, lists and tables, for comparison."""
    if isinstance(value, Enum | datetime | Path):
        return str(value)
    if isinstance(value, msgspec.Struct):
        return {"": type(value).__name__} | {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name, None)) for field in dataclasses.fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist() if value.dtype.names is None else [list(map(plain, row)) for row in value.tolist()]
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return sorted(map(plain, value), key=repr) if isinstance(value, set | frozenset) else value


def difference(before: Any, after: Any, where: str = "") -> str:
    """Return the first place where two plain values differ, with both values; "" if they are equal. NaN equals itself."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            if key not in before or key not in after:
                return f"{where}.{key}: {'more' if key in after else 'less'}"
            if found := difference(before[key], after[key], f"{where}.{key}"):
                return found
        return ""
    if isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            return f"{where}: {len(before)} → {len(after)} entries"
        return next(
            (found for a, b in zip(before, after, strict=True) if (found := difference(a, b, f"{where}[]"))), ""
        )
    return "" if repr(before) == repr(after) else f"{where}: {repr(before)[:40]} → {repr(after)[:40]}"
