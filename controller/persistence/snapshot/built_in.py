"""Containers, arrays and generators as graph nodes: the columns written for each, and how each is rebuilt."""

import math
import re
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.persistence.snapshot.page import BadGraph
from controller.persistence.snapshot.register import NotKept

MAPS: dict[str, type] = {"dict": dict, "OrderedDict": OrderedDict, "Counter": Counter, "defaultdict": defaultdict}
ROWS: dict[str, type] = {"list": list, "deque": deque, "set": set}
BUILT_IN: dict[type, str] = {kind: name for name, kind in (MAPS | ROWS).items()} | {
    np.ndarray: "ndarray",
    array: "array",
    np.random.Generator: "Generator",
}
COLUMNS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(MAPS, ("keys", "values", "factory")),
    **dict.fromkeys(ROWS, ("content", "most")),
    "ndarray": ("dtype", "shape", "writeable", "bytes"),
    "array": ("type", "bytes"),
    "Generator": ("counter", "key", "buffer", "at", "half", "word"),
}
"""Column names by name in BUILT_IN."""
FACTORIES: dict[str, Callable[[], object] | None] = {
    "": None,
    **{kind.__name__: kind for kind in (int, float, list, dict, set, deque)},
}
_DTYPE = re.compile(r"[<>|=]?[biufU]\d{1,4}")
_WORDS = np.dtype("<u8")


def factory_of(node: "defaultdict[object, object]") -> str:
    for name, factory in FACTORIES.items():
        if node.default_factory is factory:
            return name
    raise NotKept(f"a defaultdict of {node.default_factory!r}")


def dtype_of(kind: str) -> np.dtype[np.generic]:
    """Return a dtype of plain numbers or text; BadGraph for any other."""
    if not _DTYPE.fullmatch(kind):
        raise BadGraph(f"an array of {kind[:20]!r}")
    return np.dtype(kind)


def _tell_ndarray(node: NDArray[np.generic]) -> tuple[object, ...]:
    if not _DTYPE.fullmatch(node.dtype.str):
        raise NotKept(f"an array of {node.dtype}")
    return node.dtype.str, list(node.shape), node.flags.writeable, node.tobytes()


def _make_ndarray(kind: str, shape: list[int], writeable: bool, content: bytes) -> NDArray[np.generic]:
    dtype = dtype_of(kind)
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(content):
        raise BadGraph(f"an array of {shape[:9]} in {len(content)} bytes")
    made: NDArray[np.generic] = np.frombuffer(bytearray(content) if writeable else content, dtype).reshape(shape)
    return made


def _tell_array(node: "array[Any]") -> tuple[object, ...]:
    return node.typecode, node.tobytes()


def _make_array(kind: str, content: bytes) -> "array[Any]":
    made: array[Any] = array(kind)
    made.frombytes(content)
    return made


def _tell_generator(node: np.random.Generator) -> tuple[object, ...]:
    state = node.bit_generator.state
    if state["bit_generator"] != "Philox":
        raise NotKept(f"a generator of the kind {state['bit_generator']}")
    words = state["state"]["counter"], state["state"]["key"], state["buffer"]
    rest = (int(state[name]) for name in ("buffer_pos", "has_uint32", "uinteger"))
    return *(np.asarray(word, _WORDS).tobytes() for word in words), *rest


def _make_generator(counter: bytes, key: bytes, buffer: bytes, at: int, half: int, word: int) -> np.random.Generator:
    made = np.random.Philox()
    made.state = {
        "bit_generator": "Philox",
        "state": {"counter": np.frombuffer(counter, _WORDS), "key": np.frombuffer(key, _WORDS)},
        "buffer": np.frombuffer(buffer, _WORDS),
        "buffer_pos": at,
        "has_uint32": half,
        "uinteger": word,
    }
    return np.random.Generator(made)


TELL: dict[str, Callable[[Any], tuple[object, ...]]] = {
    "ndarray": _tell_ndarray,
    "array": _tell_array,
    "Generator": _tell_generator,
}
"""Functions that return a node's columns, in the order of COLUMNS."""
MAKE: dict[str, Callable[..., object]] = {"ndarray": _make_ndarray, "array": _make_array, "Generator": _make_generator}
