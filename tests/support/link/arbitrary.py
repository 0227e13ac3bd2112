"""Anything that can be said on the link, as strategies: valid messages with absurd numbers, and frames that are none."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st

from robots.link import messages as m
from robots.requests import requests

_COUNTS = st.sampled_from([0, 1, 2, 3, 4, 5, 63, 64, 65, (1 << 53) - 1]) | st.integers(0, 12)
_CELLS = st.integers(0, 99) | st.sampled_from([100, (1 << 31) - 1])
_LOADS = st.sampled_from([-2, -1, 0, 7, (1 << 31) - 1])
_HEADINGS = st.integers(0, 3)
_BATTERIES = st.sampled_from([0.0, 1e-300, 400.0, 1e6])
_TEXTS = st.text(max_size=20)
_ROBOTS = st.integers(0, 3) | st.just((1 << 20) - 1)
_FLAGS = st.sampled_from([0, 0, 1, 2, 4, 8, 0xFFFF])
_TERMS = st.sampled_from([1, 1, 1, 0, 2, (1 << 53) - 1])


def _hello(cells: st.SearchStrategy[int]) -> st.SearchStrategy[m.Hello]:
    return st.builds(
        m.Hello,
        st.sampled_from([1, 1, 1, 0, 9]),
        _ROBOTS,
        st.integers(1, 2),
        cells,
        _HEADINGS,
        st.booleans(),
        _LOADS,
        _BATTERIES,
    )


_WORDS = st.text(max_size=m.FAULT_SIGNS)
_POS = st.builds(
    m.Pos,
    _TERMS,
    _COUNTS,
    _COUNTS,
    _COUNTS,
    _COUNTS,
    _COUNTS,
    st.booleans(),
    _HEADINGS,
    _BATTERIES,
    _LOADS,
    _FLAGS,
    _WORDS,
)
_DONE = st.builds(m.Done, _TERMS, _COUNTS, _COUNTS, st.sampled_from(["running", "done", "failed"]), _TEXTS)
_STOPPED = st.builds(m.Stopped, _TERMS, _COUNTS, _COUNTS, _COUNTS, _COUNTS, _CELLS)
from_robot = _hello(_CELLS | st.just(-1)) | _POS | _DONE | _STOPPED

_WELCOME = st.builds(
    m.Welcome,
    *(st.just(1), _TERMS, _COUNTS, st.just(0) | _ROBOTS, st.integers(1, 2), st.integers(1, 60_000)),
    *(st.sampled_from([1e-9, 50.0, 1e6]), st.sampled_from([1e-9, 1.0, 1e4]), st.sampled_from([0.0, 3.0, 1e4])),
    *(st.sampled_from([1, 10, 1 << 16]), _CELLS, _HEADINGS, _LOADS, _BATTERIES),
)
_GRANT = st.builds(
    m.Grant, _TERMS, _COUNTS, _COUNTS, _COUNTS, st.lists(_CELLS, max_size=6) | st.just([*range(64)]), _COUNTS, _HEADINGS
)
to_robot = (
    _WELCOME
    | st.builds(m.Reject, _ROBOTS, st.integers(1, 2), st.sampled_from(["version", "key", "double", "place"]), _TEXTS)
    | st.builds(m.Who, _TERMS, _COUNTS)
    | _GRANT
    | st.builds(m.Do, _TERMS, _COUNTS, _COUNTS, st.sampled_from(["lift", "set_down", "charge"]), _COUNTS, _LOADS)
    | st.builds(m.Ack, _TERMS, _COUNTS, _COUNTS, _COUNTS)
    | st.builds(m.Cancel, _TERMS, _COUNTS, _COUNTS, _COUNTS)
    | st.builds(m.Pause, _TERMS, _COUNTS)
    | st.builds(m.Resume, _TERMS, _COUNTS)
)

_IDS = st.text(min_size=1, max_size=10)
_LINES = st.lists(st.builds(requests.WantedLine, _IDS, st.integers(0, 10**9)), max_size=3)
_MAYBE_ROBOT = st.none() | _ROBOTS
_CELL_TEXTS = st.from_regex(r"\A[0-9]{1,5},[0-9]{1,5}\Z")
any_request = (
    st.builds(
        requests.Submit,
        *(_IDS, _IDS, st.lists(st.builds(requests.WantedOrder, _IDS, _LINES), min_size=1, max_size=3)),
    )
    | st.builds(requests.Status, _IDS, _IDS, _TEXTS)
    | st.builds(requests.Pause, _IDS, _IDS, _MAYBE_ROBOT)
    | st.builds(requests.Resume, _IDS, _IDS, _MAYBE_ROBOT)
    | st.builds(requests.Drain, _IDS, _IDS, _MAYBE_ROBOT)
    | st.builds(requests.Remove, _IDS, _IDS, _ROBOTS, _TEXTS)
    | st.builds(requests.Close, _IDS, _IDS, _CELL_TEXTS)
    | st.builds(requests.Open, _IDS, _IDS, _CELL_TEXTS)
    | st.builds(requests.Stop, _IDS, _IDS)
)

_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=9)
    | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def spoiled(draw: st.DrawFn, messages: st.SearchStrategy[Any]) -> bytes:
    """A frame near a real message: bytes changed, cut or added, or a field more, less or of another kind."""
    data = m.encode(draw(messages))
    route = draw(st.integers(0, 3))
    if route == 0:
        place = draw(st.integers(0, len(data) - 1))
        return data[:place] + bytes([draw(st.integers(0, 255))]) + data[place + 1 :]
    if route == 1:
        return data[: draw(st.integers(0, len(data)))] + draw(st.binary(max_size=4))
    fields = msgspec.msgpack.decode(data)
    name = draw(st.sampled_from(sorted(fields)) | st.text(max_size=5))
    if route == 2:
        fields.pop(name, None)
    else:
        fields[name] = draw(_JSON)
    return msgspec.msgpack.encode(fields)


def frames(messages: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Any bytes, any MessagePack, and spoiled messages."""
    return st.binary(max_size=200) | _JSON.map(msgspec.msgpack.encode) | spoiled(messages)


def storm(seed: int, real: Sequence[bytes], count: int) -> list[list[bytes]]:
    """Return messages of one or more parts as a stranger might send them, spoiled in each way by turns."""
    dice = random.Random(seed)
    return [_KINDS[number % len(_KINDS)](dice, dice.choice(real)) for number in range(count)]


def _flipped(dice: random.Random, data: bytes) -> list[bytes]:
    spoilt = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        spoilt[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return [bytes(spoilt)]


def _nested(dice: random.Random, data: bytes) -> list[bytes]:
    opening = dice.choice(
        [b"\x91", b"\x81\xa1a", b"\x81", b"\xdc\x00\x01", b"\xdf\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff"]
    )
    return [(data[:1] + b"\xa1z" if dice.random() < 0.5 else b"") + opening * dice.randint(1, 1000)]


_KINDS = (
    lambda dice, _: [dice.randbytes(dice.randint(0, 300))],
    _flipped,
    lambda dice, data: [data[: dice.randrange(len(data))]],
    lambda dice, data: [data + dice.randbytes(dice.randint(1, 20))],
    _nested,
    lambda dice, data: [data.ljust(dice.randint(4097, 16_000), b"\x00")],
    lambda dice, data: [data] * dice.randint(2, 9),
)
