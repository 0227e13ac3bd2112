"""A graph of objects as bytes, sealed, so that damage is known before anything is made of it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from typing import Any

import msgspec

from controller.persistence.snapshot import forms, register
from controller.persistence.snapshot.page import SNAPSHOT, BadGraph, Page
from controller.persistence.snapshot.reader import Reader
from controller.persistence.snapshot.sealed import BadSeal, seal, unseal
from controller.persistence.snapshot.writer import Writer

_KIND = b"podfleet graph "
MARK = _KIND + str(SNAPSHOT).encode()


def write(objects: Sequence[object], given: object) -> bytes:
    """Objects and all that they are made of. Parts of `given` are only pointed at. NotKept for what can't be held."""
    return seal(MARK, msgspec.msgpack.encode(Writer(_parts(given)).page(objects)))


def read(data: bytes, given: object) -> list[Any]:
    """The objects that were written, made anew; parts of `given` are its own. BadGraph for all other bytes, and where a class
    isn't here as it was.
    """
    with _told():
        return Reader(_page(data), _parts(given)).root()


def check(data: bytes) -> None:
    """BadGraph for what `read` would refuse before it makes anything."""
    with _told():
        _page(data)


def _page(data: bytes) -> Page:
    if data.startswith(_KIND) and not data.startswith(MARK):
        raise BadGraph("it is of another form")
    page = msgspec.msgpack.decode(unseal(MARK, data), type=Page)
    forms.check(page.forms)
    return page


@contextmanager
def _told() -> Iterator[None]:
    """Whatever a wrong value leads to is a BadGraph."""
    try:
        yield
    except BadGraph:
        raise
    except BadSeal as error:
        raise BadGraph(str(error)) from error
    except (MemoryError, RecursionError) as error:
        raise BadGraph("larger or deeper than this machine holds") from error
    except (msgspec.MsgspecError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BadGraph(f"{type(error).__name__}: {error}") from error


def _parts(given: object) -> dict[str, object]:
    """What of `given` graphs point at, by the way there: itself and the objects that it is made of."""
    found: dict[str, object] = {}
    todo: list[tuple[str, Any]] = [("", given)]
    while todo:
        way, one = todo.pop()
        if isinstance(one, list | tuple):
            todo += ((f"{way}/{number}", part) for number, part in enumerate(one))
        elif names := _names(one):
            found[way] = one
            todo += ((f"{way}/{name}", getattr(one, name)) for name in names)
    return found


def _names(one: Any) -> Iterable[str]:
    """Attributes of a struct or a dataclass; nothing for all else."""
    if isinstance(one, msgspec.Struct):
        return one.__struct_fields__
    return register.slots_of(type(one)) if is_dataclass(one) else ()
