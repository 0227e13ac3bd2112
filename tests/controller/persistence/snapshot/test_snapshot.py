"""Graphs of objects: what comes back is what was written, and bytes that ask for more than that get nothing."""

import zlib
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import numpy as np
import pytest

from controller.demand.order_cells import Cells
from controller.demand.order_file import OrderFile
from controller.persistence.checkpoint import restore_site, snapshot_of
from controller.persistence.snapshot import register
from controller.persistence.snapshot.graph import MARK, read, write
from controller.persistence.snapshot.page import STEP, BadGraph, Page
from controller.persistence.snapshot.register import NotKept
from controller.random_streams import Streams
from controller.site.distances import Distances
from controller.supply_chain.outbound.floor_capacity import look
from controller.supply_chain.outbound.promise import promise
from controller.tick import tick
from controller.warehouse.lifecycles import TaskState
from controller.warehouse.orders import Order
from controller.warehouse.stock import Place
from layout.tabular.dates import Dates
from layout.tabular.form import Form
from layout.tabular.lines import LineReader
from robots.recording.event import Event
from robots.recording.events import OrderPicked, OrderReleased
from tests.support.floor.tiny_site import tiny, tiny_site

GIVEN = tiny()
NOT_IN_SNAPSHOTS = {Distances, Form, Dates, OrderFile, Cells, LineReader}
"""Worked out again, or for the time of reading a file."""
_HEAD = len(MARK)


def again(*objects: object) -> list[Any]:
    return read(write(objects, GIVEN), GIVEN)


def forged(change: Callable[[Page], None], *objects: object) -> bytes:
    """A graph of these objects whose page was changed by somebody who knows how to sign it."""
    data = write(objects, GIVEN)
    page = msgspec.msgpack.decode(zlib.decompress(data[_HEAD + 24 :]), type=Page)
    change(page)
    return signed(msgspec.msgpack.encode(page))


def signed(raw: bytes, length: int | None = None) -> bytes:
    packed = (len(raw) if length is None else length).to_bytes(8, "little") + zlib.compress(raw)
    return MARK + blake2b(packed, digest_size=16).digest() + packed


def test_what_comes_back_is_what_was_written() -> None:
    """Containers of each kind keep order and type."""
    for one in (
        *(None, True, -(2**63), 2**64 - 1, 0.1, float("inf"), "é", b"\xff", (), (1, ("a", None)), frozenset({1, 2})),
        *(
            [1, [2, "x"]],
            deque([1, 2], 5),
            {"a": {1: 2}},
            {3, 1},
            OrderedDict(b=1, a=2),
            Counter("abba"),
            array("q", [7]),
        ),
        *(TaskState.DONE, Place("bin", 3, 4), [OrderPicked(3, 1, 2)], OrderReleased(1, 2, 3, "due"), np.float32(2)),
    ):
        (found,) = again(one)
        assert (type(found), found) == (type(one), one)
        if isinstance(one, dict):
            assert list(found) == list(one)


def test_arrays_keep_their_form() -> None:
    """Type, shape, content, and whether they may be written."""
    fixed = np.arange(6, dtype=np.int16).reshape(2, 3)
    fixed.flags.writeable = False
    for one in (fixed, np.zeros((0, 4), bool), np.array(2.5), np.array(["ab", "c"]), np.arange(9)[::-2], np.eye(3).T):
        (found,) = again(one)
        assert (found.dtype, found.shape, found.flags.writeable) == (one.dtype, one.shape, one.flags.writeable)
        assert np.array_equal(found, one)


def test_generators_draw_on() -> None:
    stream = Streams(3).sequence("orders")
    stream.random(7), stream.integers(9, size=3, dtype=np.int32)
    (found,) = again(stream)
    assert found.random(9).tolist() == stream.random(9).tolist()
    assert found.integers(9, size=3, dtype=np.int32).tolist() == stream.integers(9, size=3, dtype=np.int32).tolist()


def test_objects_that_are_one_stay_one() -> None:
    """Also in a circle, as keys, and where a default makes more of them."""
    order = Order(1, "A", 0, 9)
    order.add(3, 2)
    ring: list[Any] = [order]
    ring.append(ring)
    lines: defaultdict[int, dict[Any, None]] = defaultdict(dict, {3: dict.fromkeys(order.lines)})
    found, held, one = again(ring, lines, order)
    assert found[1] is found
    assert found[0] is one
    assert one.lines[0].order is one
    assert list(held[3]) == one.lines
    assert held[4] == {}


def test_parts_of_the_scenario_are_the_scenario_s_own() -> None:
    (found,) = again([GIVEN, GIVEN.floor, GIVEN.floor.stations[0], GIVEN.robots])
    own = [GIVEN, GIVEN.floor, GIVEN.floor.stations[0], GIVEN.robots]
    assert all(one is other for one, other in zip(found, own, strict=True))


def test_only_steps_of_an_agenda_are_kept_of_functions() -> None:
    assert again(look) == [look]
    for other in (promise, print, lambda: None, [].append, Order):
        with pytest.raises(NotKept):
            write([other], GIVEN)


def test_an_object_of_a_stranger_is_not_kept() -> None:
    class Stranger:
        pass

    for one in (Stranger(), np.random.default_rng(1), np.array([None]), defaultdict(Stranger)):
        with pytest.raises(NotKept):
            write([one], GIVEN)


def _name(name: str) -> Callable[[Page], None]:
    def change(page: Page) -> None:
        page.shapes[0] = name, page.shapes[0][1]

    return change


def _value(value: Any) -> Callable[[Page], None]:
    def change(page: Page) -> None:
        page.names.append("os.system")
        page.root[:] = [value]

    return change


def _attribute(name: str) -> Callable[[Page], None]:
    def change(page: Page) -> None:
        page.shapes[0][1][0] = name

    return change


@pytest.mark.parametrize(
    "change",
    [
        *map(
            _name,
            (
                "os.system",
                "subprocess.Popen",
                "builtins.eval",
                "pathlib.Path",
                "controller.serving.serve.Serve",
                "Serve",
                "",
            ),
        ),
        *map(_name, ("TaskState", "Place", "Header", "list")),
        *map(_attribute, ("__class__", "__dict__", "__init__", "add", "no such thing", "")),
        *map(
            _value,
            (
                [STEP, 0],
                [-3, 0],
                [-4, 0, "x"],
                [-99, 0],
                [10**6],
                ["x"],
                [],
                [[1]],
                [-1, [10**6]],
                [-5, {"type": "Rm"}],
            ),
        ),
    ],
)
def test_a_forged_graph_gets_nothing_that_it_asks_for(change: Callable[[Page], None]) -> None:
    """No class or function but those that are registered, no attribute but those that the class has."""
    with pytest.raises(BadGraph):
        read(forged(change, Order(1, "A", 0, 9)), GIVEN)


@pytest.mark.parametrize("shape", [[10**12], [-1, -8], [3, 3], [2**40, 2**40], ["x"], None])
def test_an_array_is_as_large_as_its_bytes(shape: Any) -> None:
    def change(page: Page) -> None:
        page.columns[0][1][0] = shape

    with pytest.raises(BadGraph):
        read(forged(change, np.zeros(8)), GIVEN)


@pytest.mark.parametrize("kind", ["O", "V8", "<M8", "U99999999", "f8,f8", "<f3", 7])
def test_an_array_is_of_plain_numbers_or_text(kind: Any) -> None:
    def change(page: Page) -> None:
        page.columns[0][0][0] = kind

    with pytest.raises(BadGraph):
        read(forged(change, np.zeros(8)), GIVEN)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"x" * 99, signed(b"", 0), signed(b"\xc1"), signed(b"x" * 9, 10**15), signed(b"x" * 9, 8)),
        *(signed(b"\xdd\xff\xff\xff\xff"), signed(b"\x95\xc4\x00\xdd\x7f\xff\xff\xff"), signed(b"\x91" * 100_000)),
        signed(bytes(10_000_000), 9),
    ],
)
def test_bytes_that_tell_of_more_than_they_are_are_refused(data: bytes) -> None:
    with pytest.raises(BadGraph):
        read(data, GIVEN)


def test_all_that_state_is_declared_to_be_made_of_is_registered() -> None:
    """Else the first snapshot of a floor that has such a thing would fail."""
    known = {register.class_of(name) for name in register.names()}
    missing = {
        f"{cls.__qualname__}: {part.__module__}.{part.__qualname__}"
        for cls in known
        for hint in _hints(cls)
        for part in _classes_in(hint)
        if part.__module__.partition(".")[0] in ("controller", "robots", "layout")
        and part not in known | NOT_IN_SNAPSHOTS
        and part.__module__ != "controller.scenario.scenario"  # only pointed at
        and not issubclass(part, Event)
        and not getattr(part, "_is_protocol", False)
    }
    assert not missing


def _hints(cls: type) -> list[Any]:
    found: list[Any] = []
    for where in (cls, cls.__init__):
        try:
            found += get_type_hints(where).values()
        except (NameError, TypeError):  # names for the type checker alone
            continue
    return found


def _classes_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for part in get_args(hint):
        yield from _classes_in(part)


@pytest.mark.parametrize("kind", ["file", "foresight", "pibt"])
def test_a_site_that_came_back_is_written_as_it_was(kind: str, tmp_path: Path) -> None:
    """To the last bit, with orders from a file, with a planner that looks ahead, with one that doesn't."""
    orders = tmp_path / "orders.csv"
    days = [
        f"{day}{hour},bolt {hour % 3},1,2010-12-{day:02} {hour:02}:00" for day in range(1, 9) for hour in range(8, 18)
    ]
    orders.write_text("\n".join(["order_id,sku,quantity,timestamp", *days]) + "\n")
    kinds: dict[str, dict[str, dict[str, object]]] = {
        "file": {"orders": {"csv": str(orders)}},
        "foresight": {"orders": {"csv": str(orders), "day": "2010-12-08"}, "policies": {"pods": "foresight"}},
        "pibt": {"policies": {"planner": "pibt"}},
    }
    site = tiny_site(**kinds[kind])
    for _ in range(40):
        tick(site)
    data = snapshot_of(site)
    (found,) = restore_site(data, site.scenario)
    assert snapshot_of(found) == data
