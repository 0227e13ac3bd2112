"""An object graph as sealed bytes, so that damage is detected before anything is built from it."""

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
    """Return objects and everything they refer to as bytes. Parts of `given` are only referenced. NotKept for objects that
    can't be stored.
    """
    return seal(MARK, msgspec.msgpack.encode(Writer(_parts(given)).page(objects)))


def read(data: bytes, given: object) -> list[Any]:
    """Return the objects that were written, built again, with the parts of `given` referenced. BadGraph for any other bytes,
    and if a class has changed.
    """
    with _told():
        return Reader(_page(data), _parts(given)).root()


def check(data: bytes) -> None:
    """Raise BadGraph for bytes that `read` would refuse before it builds anything."""
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
    """Convert every error caused by a wrong value into BadGraph."""
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
    """Return the parts of `given` that graphs can reference, by their path: `given` itself and the objects in it."""
    found: dict[str, object] = {}
    todo: list[tuple[str, object]] = [("", given)]
    while todo:
        way, item = todo.pop()
        if isinstance(item, list | tuple):
            todo += ((f"{way}/{number}", part) for number, part in enumerate(item))
        elif names := _names(item):
            found[way] = item
            todo += ((f"{way}/{name}", getattr(item, name)) for name in names)
    return found


def _names(item: object) -> Iterable[str]:
    """Return the attribute names of a struct or a dataclass; nothing for other objects."""
    if isinstance(item, msgspec.Struct):
        return item.__struct_fields__
    return register.slots_of(type(item)) if is_dataclass(item) else ()
