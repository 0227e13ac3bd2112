"""A graph of objects as bytes, sealed, so that damage is known before anything is made of it."""

from collections.abc import Iterable, Sequence
from dataclasses import is_dataclass
from typing import Any

import msgspec

from controller.link.snapshot import register
from controller.link.snapshot.page import BadGraph, Page
from controller.link.snapshot.reader import Reader
from controller.link.snapshot.sealed import BadSeal, seal, unseal
from controller.link.snapshot.writer import Writer

MARK = b"podfleet graph 1"


def write(objects: Sequence[object], given: object) -> bytes:
    """Objects and all that they are made of. Parts of `given` are only pointed at. NotKept for what can't be held."""
    return seal(MARK, msgspec.msgpack.encode(Writer(_parts(given)).page(objects)))


def read(data: bytes, given: object) -> list[Any]:
    """The objects that were written, made anew; parts of `given` are its own. BadGraph for all other bytes."""
    try:
        raw = unseal(MARK, data)
        return Reader(msgspec.msgpack.decode(raw, type=Page), _parts(given)).root()
    except BadSeal as error:
        raise BadGraph(str(error)) from error
    except (MemoryError, RecursionError) as error:
        raise BadGraph("larger or deeper than this machine holds") from error
    except (msgspec.MsgspecError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BadGraph(f"{type(error).__name__}: {error}") from error


def _parts(given: object) -> list[object]:
    """What of `given` graphs point at, always in the same order: itself and the objects that it is made of."""
    found: dict[int, object] = {}
    todo: list[Any] = [given]
    while todo:
        one = todo.pop()
        if isinstance(one, list | tuple):
            todo += one
        elif (names := _names(one)) and id(one) not in found:
            found[id(one)] = one
            todo += (getattr(one, name) for name in names)
    return list(found.values())


def _names(one: Any) -> Iterable[str]:
    """Attributes of a struct or a dataclass; nothing for all else."""
    if isinstance(one, msgspec.Struct):
        return one.__struct_fields__
    return register.slots_of(type(one)) if is_dataclass(one) else ()
