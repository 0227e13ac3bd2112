"""Contents of the pods at any tick."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robots.recording.events import StockMoved
from visualizer.history import stock
from visualizer.history.stock import PAGE_TICKS, Contents, Held, PodStock

PODS, BINS, SKUS = 3, 4, 3


@st.composite
def ledgers(draw: st.DrawFn) -> list[StockMoved]:
    """Return movements that a ledger allows: a bin has one SKU, and no more is taken than it contains."""
    held: dict[tuple[int, int], tuple[int, int]] = {}
    moves, tick = [], 0
    for _ in range(draw(st.integers(0, 40))):
        tick += draw(st.sampled_from([0, 1, 700, PAGE_TICKS, 3 * PAGE_TICKS]))
        pod, number = draw(st.integers(0, PODS - 1)), draw(st.integers(0, BINS - 1))
        sku, there = held.get((pod, number), (draw(st.integers(0, SKUS - 1)), 0))
        units, into = draw(st.integers(1, 5)), there == 0 or draw(st.booleans())
        units = units if into else min(units, there)
        ends = ("dock", f"bin {pod}.{number}") if into else (f"bin {pod}.{number}", "tote 7")
        moves.append(StockMoved(tick, sku, "house", units, *ends))
        left = there + units if into else there - units
        held[pod, number] = sku, left
        if not left:
            del held[pod, number]
    return moves


def naive(moves: list[StockMoved], tick: int) -> dict[tuple[int, int, int], int]:
    """{(pod, bin, sku): units} by adding up all movements."""
    held: dict[tuple[int, int, int], int] = {}
    for move in moves:
        for place, sign in ((move.source, -1), (move.target, 1)):
            if move.t <= tick and place.startswith("bin "):
                pod, number = (int(part) for part in place[4:].split("."))
                key = pod, number, move.sku
                held[key] = held.get(key, 0) + sign * move.quantity
    return {key: units for key, units in held.items() if units}


@given(ledgers(), st.data())
def test_contents_are_what_adding_up_gives(moves: list[StockMoved], data: st.DataObject) -> None:
    """Contents are correct at any tick, across pages, by pod and by SKU."""
    pod_stock = PodStock(PODS)
    for move in moves:
        pod_stock.follow(move)
    tick = data.draw(st.integers(0, moves[-1].t + 10 if moves else 10))
    wanted = naive(moves, tick)
    for pod in range(PODS):
        held, whole = pod_stock.contents(pod, tick)
        assert whole
        assert {(pod, *there[:2]): there[2] for there in held} == {k: v for k, v in wanted.items() if k[0] == pod}
    for sku in range(SKUS):
        units = {pod: sum(v for k, v in wanted.items() if (k[0], k[2]) == (pod, sku)) for pod in range(PODS)}
        found = pod_stock.pods_with(sku, tick)
        assert dict(found) == {pod: count for pod, count in units.items() if count}
        assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


def test_what_does_not_fit_is_doubted_from_then_on() -> None:
    """A unit is taken that was never put in, so a movement is missing. Other pods and earlier ticks are not affected."""
    pod_stock = PodStock(2)
    pod_stock.follow(StockMoved(0, 1, "house", 3, "supplier", "bin 0.0"))
    pod_stock.follow(StockMoved(5, 2, "house", 1, "bin 0.0", "tote 1"))
    assert pod_stock.contents(0, 4) == Contents([Held(0, 1, 3)], True)
    assert not pod_stock.contents(0, 5).whole
    assert pod_stock.contents(1, 5) == Contents([], True)


def test_unknown_pods_are_not_known() -> None:
    """An unknown pod has no contents, and they are not whole."""
    assert PodStock(2).contents(2, 10) == Contents([], False)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the oldest pages are dropped, with the contents at their ticks; later contents stay right."""
    monkeypatch.setattr(stock, "PAGES_BYTES", 2000)
    pod_stock = PodStock(10)
    for hour in range(100):
        pod_stock.follow(StockMoved(hour * PAGE_TICKS, 0, "house", 1, "dock", "bin 4.1"))
    assert pod_stock.nbytes < 3000
    assert pod_stock.since > 0
    assert pod_stock.contents(4, 0) == Contents([], False)
    assert pod_stock.contents(4, 99 * PAGE_TICKS) == Contents([Held(1, 0, 100)], True)
