"""The words of the desk: what goes in comes out, and nothing else is taken for a request or a result."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robots.link.messages import Message, Refused, encode
from robots.requests import requests
from robots.requests.requests import (
    MOST_BYTES,
    MOST_ORDERS,
    Request,
    Result,
    WantedLine,
    WantedOrder,
    read_request,
    read_result,
)

ASKED = {"client": "shop", "msg": "1"}
ids = st.text(min_size=1, max_size=100)
robots = st.none() | st.integers(0, 2**20 - 1)
cells = st.tuples(st.integers(0, 99_999), st.integers(0, 99_999)).map(lambda at: f"{at[0]},{at[1]}")
lines = st.builds(WantedLine, ids, st.integers(0, 1_000_000_000))
orders = st.builds(WantedOrder, ids, st.lists(lines, max_size=5), st.none() | st.floats(0, 1e7))
any_request = st.one_of(
    st.builds(requests.Submit, ids, ids, st.lists(orders, min_size=1, max_size=5)),
    st.builds(requests.Status, ids, ids, st.text(max_size=100)),
    *(st.builds(kind, ids, ids, robots) for kind in (requests.Pause, requests.Resume, requests.Drain)),
    st.builds(requests.Remove, ids, ids, st.integers(0, 2**20 - 1), st.text(max_size=20)),
    *(st.builds(kind, ids, ids, cells) for kind in (requests.Close, requests.Open)),
    st.builds(requests.Stop, ids, ids),
)
texts = st.text(max_size=300)
values = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | texts | st.lists(texts, max_size=5)
results = st.builds(Result, ids, ids, st.booleans(), texts, st.dictionaries(ids, values, max_size=5))
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(any_request)
def test_a_request_comes_out_as_it_went_in(request: Request) -> None:
    """decode∘encode is the identity."""
    assert read_request(encode(request)) == request


@given(results)
def test_a_result_comes_out_as_it_went_in(result: Result) -> None:
    """Numbers, texts and lists of texts keep their kinds."""
    assert read_result(encode(result)) == result


@settings(max_examples=300)
@given(st.binary(max_size=200) | anything.map(msgspec.msgpack.encode))
def test_other_bytes_are_refused(data: bytes) -> None:
    """Garbage and foreign MessagePack raise Refused and nothing else."""
    for read in (read_request, read_result):
        with pytest.raises(Refused):
            read(data)


@settings(max_examples=300)
@given(any_request | results, st.integers(0, 10_000), st.integers(0, 255), st.booleans())
def test_a_damaged_frame_is_refused_or_still_a_message(message: Message, at: int, byte: int, cut: bool) -> None:
    """Whatever one wrong byte or a torn end makes of it, what is decoded can be written again."""
    data = bytearray(encode(message))
    at %= len(data)
    data[at] = byte
    damaged = bytes(data[:at] if cut else data)
    for read in (read_request, read_result):
        try:
            found = read(damaged)
        except Refused:
            continue
        read(encode(found))


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "PAUSE", **ASKED, "robot": -1},
        {"type": "PAUSE", **ASKED, "robot": 1 << 20},
        {"type": "PAUSE", **ASKED, "robot": True},
        {"type": "PAUSE", **ASKED, "robot": 1, "why": "so"},
        {"type": "PAUSE", "client": "", "msg": "1"},
        {"type": "PAUSE", "client": "shop"},
        {"type": "CLOSE", **ASKED, "cell": "1,2\n"},
        {"type": "CLOSE", **ASKED, "cell": "-1,2"},
        {"type": "CLOSE", **ASKED, "cell": "١,٢"},
        {"type": "CLOSE", **ASKED, "cell": 12},
        {"type": "SUBMIT", **ASKED, "orders": []},
        {"type": "SUBMIT", **ASKED, "orders": [{"name": "A", "lines": []}] * (MOST_ORDERS + 1)},
        {"type": "SUBMIT", **ASKED, "orders": [{"name": "A", "lines": [], "due_s": float("nan")}]},
        {"type": "SUBMIT", **ASKED, "orders": [{"name": "A", "lines": [{"sku": "x", "units": -2_000_000_000}]}]},
        {"type": "SUBMIT", **ASKED, "orders": [{"name": "A", "lines": [{"sku": "x", "units": 1.0e300}]}]},
        {"type": "REMOVE", **ASKED},
        {"type": "SHUTDOWN", **ASKED},
        {**ASKED},
    ],
    ids=str,
)
def test_what_is_out_of_bounds_is_refused(wrong: dict[str, object]) -> None:
    """Numbers, lists, texts and fields that the language doesn't allow."""
    with pytest.raises(Refused):
        read_request(msgspec.msgpack.encode(wrong))


def test_deep_nesting_and_oversize_are_refused() -> None:
    """Neither a tower of lists nor a frame over the limit is looked into."""
    for data in (b"\x91" * 50_000, b"\x81\xa4type" + b"\x91" * 50_000, b"\xc1" * (MOST_BYTES + 1)):
        with pytest.raises(Refused):
            read_request(data)
    with pytest.raises(Refused, match="bytes"):
        read_request(b" " * (MOST_BYTES + 1))
