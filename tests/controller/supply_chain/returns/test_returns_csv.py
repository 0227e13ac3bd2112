"""The returns file: its returns, their matching with deliveries, and the faults of a bad file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.scenario.read import load_scenario
from controller.scenario.scenario import OrderSettings
from controller.supply_chain.returns import returns_from_file
from controller.supply_chain.returns.returns_csv import read_returns
from controller.supply_chain.state.outbound.return_matching import ReturnFile, ReturnRequest
from robots.recording.supply_chain_events import ReturnMoved, ReturnUnmatched
from tests.support.floor.tiny_site import DEMO, ROOT, faults_of, settings
from tests.support.supply_chain.last_mile_site import HOUR, LastMileSite

UCI = ROOT.parent / "shared" / "data" / "orders" / "uci_online_retail_lines.csv.xz"
needs_uci = pytest.mark.skipif(not UCI.is_file(), reason="the UCI order lines are not beside the checkout")
HEAD = "order_id,sku,quantity,timestamp,customer"
SMALL = f"""{HEAD}
000001,SKU-00001,5,2024-03-01 08:10,anna
000002,SKU-00001,5,2024-03-01 08:20,bert
C1,SKU-00001,-2,2024-03-01 12:00,bert
C1,SKU-00002,-1,2024-03-01 12:00,bert
C2,nothing,-1,2024-03-01 13:00,bert
C3,SKU-00001,-9,2024-03-01 14:00,anna
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "returns.csv"
    path.write_text(text)
    return path


def ran(folder: Path, text: str) -> list[object]:
    """Orders 0 and 1 of five units each are delivered at ten past eight; all events until the evening."""
    written(folder, text)
    warehouse = LastMileSite(folder, '[returns]\ncsv = "returns.csv"\n')
    returns_from_file.begin(warehouse.site, warehouse.chain)
    warehouse.departed(warehouse.loaded(0, {0: 5}), warehouse.loaded(1, {0: 5}))
    return list(warehouse.until(8 * HOUR))


def test_negative_lines_are_the_returns(tmp_path: Path) -> None:
    """The other lines link customers with orders."""
    read = read_returns(written(tmp_path, SMALL), OrderSettings())
    assert [(line.name, line.customer, line.item, line.units) for line in read.lines] == [
        ("C1", "bert", "SKU-00001", 2),
        ("C1", "bert", "SKU-00002", 1),
        ("C2", "bert", "nothing", 1),
        ("C3", "anna", "SKU-00001", 9),
    ]
    assert read.customers == {"000001": "anna", "000002": "bert"}


def test_a_file_of_returns_only_may_count_them_as_they_are(tmp_path: Path) -> None:
    """Without any negative quantity each line is a return."""
    read = read_returns(written(tmp_path, f"{HEAD}\n000002,SKU-00001,2,2024-03-01 12:00,\n"), OrderSettings())
    assert [(line.name, line.units) for line in read.lines] == [("000002", 2)]


def test_returns_are_those_of_their_customer(tmp_path: Path) -> None:
    """Bert returns two of five units at noon, Anna all of hers; no return is synthetic, and the events show it."""
    events = ran(tmp_path, SMALL)
    authorised = [
        (e.t, e.order, e.reason[:7]) for e in events if isinstance(e, ReturnMoved) and e.state == "authorised"
    ]
    assert authorised == [(4 * HOUR, 1, "2 units"), (6 * HOUR, 0, "5 units")]
    unmatched = [(e.name, e.item, e.units, e.reason) for e in events if isinstance(e, ReturnUnmatched)]
    assert unmatched == [
        ("C1", "SKU-00002", 1, "the run has delivered no unit to customer bert that is not returned yet"),
        ("C2", "nothing", 1, "there is no SKU nothing"),
        ("C3", "SKU-00001", 4, "the run has delivered no unit to customer anna that is not returned yet"),
    ]


def test_a_return_may_name_its_order(tmp_path: Path) -> None:
    """Order 000002 is number 1."""
    events = ran(tmp_path, f"{HEAD}\nX,SKU-00003,1,2024-03-01 00:00,\n000002,SKU-00001,3,2024-03-01 12:00,\n")
    assert [(e.order, e.t) for e in events if isinstance(e, ReturnMoved) and e.state == "authorised"] == [(1, 4 * HOUR)]


def test_a_return_names_its_order_where_numbers_begin_again_each_day() -> None:
    """Number 12 is returned on a later day than it was ordered: the return is for the order of that number, the latest
    delivered first.
    """
    names = ("12@2024-03-01", "13@2024-03-01", "12@2024-03-02")
    file = ReturnFile(names, {}, (), {}, by_day=True)
    for order in range(3):
        list(file.deliver(order, {0: 2}))
    assert file.take(ReturnRequest("12", "", "bolt", 0, 3)) == {2: 2, 0: 1}
    assert file.take(ReturnRequest("13@2024-03-01", "", "bolt", 0, 1)) == {1: 1}
    assert not file.about(ReturnRequest("12", "", "bolt", 0, 3), 1)


def test_a_return_has_its_number_without_a_day(tmp_path: Path) -> None:
    """The date of the return is its own."""
    text = f"{HEAD}\n12,SKU-00001,2,2024-03-05 12:00,\n"
    assert [line.name for line in read_returns(written(tmp_path, text), OrderSettings(number_by="day")).lines] == ["12"]


def test_a_request_before_delivery_waits_for_it(tmp_path: Path) -> None:
    """A request before the delivery waits for it."""
    text = f"{HEAD}\n000002,SKU-00001,3,2024-03-01 08:01,\n"
    events = ran(tmp_path, text)
    authorised = [e for e in events if isinstance(e, ReturnMoved) and e.state == "authorised"]
    delivered = [e.t for e in events if getattr(e, "parcel", -1) == 1 and getattr(e, "target", "") == "customer"]
    assert [(e.order, e.t) for e in authorised] == [(1, delivered[0])]
    assert not [e for e in events if isinstance(e, ReturnUnmatched)]


LINES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6), st.sampled_from(("", "anna", "bert"))), max_size=12)


@given(LINES, st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=8))
def test_no_unit_comes_back_twice(requests: list[tuple[int, int, str]], sold: list[tuple[int, int]]) -> None:
    """Whatever is requested, of each order at most the delivered units are returned."""
    names = tuple(f"{number}" for number in range(len(sold)))
    file = ReturnFile(names, dict.fromkeys(names[::2], "anna"), (), {})
    for order, (sku, units) in enumerate(sold):
        assert not list(file.deliver(order, {sku: units}))
    returned = np.zeros(len(sold), int)
    for sku, units, customer in requests:
        taken = file.take(ReturnRequest("C", customer, f"{sku}", sku, units))
        assert sum(taken.values()) <= units
        for order, count in taken.items():
            assert count > 0
            assert sold[order][0] == sku
            returned[order] += count
    assert all(count <= units for count, (_, units) in zip(returned, sold, strict=True))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: is empty (it names the columns: order_id, sku, quantity, timestamp)"),
        (HEAD, "has no returns (a line has order_id, sku, quantity, timestamp)"),
        (
            "order_id,sku,timestamp\nA,b,2024-03-01\n",
            "line 1: has no column quantity (it has order_id, sku, timestamp; "
            'quantity = ["…"] in [orders.columns] or --column "quantity=…")',
        ),
        (
            f"{HEAD}\nC1,bolt,-1.5,2024-03-01,\nC1,,-1,2024-03-01,\nC2,bolt,-1,now,\nC2,bolt,-5000,2024-03-01,\n",
            "has no usable return: 1 × more than 1000 units in a line, 1 × no order_id or sku, "
            "1 × quantity is not a whole number, 1 × timestamp can't be read "
            "(a line has order_id, sku, quantity, timestamp)",
        ),
    ],
)
def test_a_returns_file_that_cannot_be_used_is_reported(tmp_path: Path, text: str, message: str) -> None:
    """One line names the file, the fault and the expected form."""
    path = written(tmp_path, text)
    assert faults_of(lambda: read_returns(path, OrderSettings())) == [f"{path}: {message}"]


def test_a_missing_returns_file_is_reported(tmp_path: Path) -> None:
    """The missing file is reported when the site is built, with its path."""
    path = tmp_path / "returns.csv"
    assert faults_of(lambda: LastMileSite(tmp_path, '[returns]\ncsv = "returns.csv"\n')) == [
        f"{path}: can't be read: No such file or directory"
    ]


@needs_uci
def test_the_cancellations_of_the_uci_file_are_returns() -> None:
    """Lines with a negative quantity are returns, except for fees and pallets; nearly all have a customer."""
    scenario = load_scenario(DEMO, settings(orders={"csv": str(UCI)}))
    read = read_returns(UCI, scenario.orders)
    assert len(read.lines) > 8_000
    assert sum(line.name.startswith("C") for line in read.lines) > 0.8 * len(read.lines)
    assert len(read.customers) > 15_000
