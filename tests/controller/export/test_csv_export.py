"""`podfleet books`: CSV files out of a record, on a day that one can check by eye."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from controller.export.csv_export import export_csv
from controller.export.parcels import Parcels, Returns
from layout.errors import InputError
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event
from tests.support.floor.small_run import write_small_record
from tests.support.supply_chain.small_chain import chain_header, write_chain_record

Rows = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """{file: its rows}."""
    folder = tmp_path_factory.mktemp("books")
    with write_chain_record(folder / "day.pfr") as record:
        paths = export_csv(record, folder / "out")
    return {path.stem: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) for path in paths}


def test_there_is_a_file_for_each_book(books: Rows) -> None:
    """Nine of them."""
    assert sorted(books) == [
        "journal",
        "parcels",
        "purchase_orders",
        "receipts",
        "returns",
        "routes",
        "scorecard",
        "settlements",
        "stock",
    ]


def test_purchase_orders_have_a_row_a_line(books: Rows) -> None:
    """Each row has the times of its states; the open one comes last."""
    first, second, third = books["purchase_orders"]
    assert (first["po"], first["sku"], first["units"], first["cents_a_unit"]) == ("1", "bolt", "10", "250")
    assert (first["state"], first["arrived"], first["ended"]) == ("short", "1 08:40:00", "1 08:43:00")
    assert (second["sku"], second["reason"]) == ("nut", "2 units of nut weren't sent")
    assert (third["supplier"], third["state"], third["ended"]) == ("Birch", "draft", "")


def test_parcels_tell_of_their_way(books: Rows) -> None:
    """Delivered ones come first, with why they were late, although that is reported in the tick of their delivery."""
    by_order = {row["order"]: row for row in books["parcels"]}
    assert [row["order"] for row in books["parcels"]] == ["B-1", "B-2", "B-3", "B-4"]
    assert (by_order["B-1"]["box"], by_order["B-1"]["ended"], by_order["B-1"]["late"]) == ("small", "1 09:00:00", "")
    assert by_order["B-2"]["late"] == "delivered 10 min after it was promised: nobody was in"
    assert (by_order["B-2"]["loaded"], by_order["B-2"]["failed_attempts"]) == ("1 09:10:00", "1")
    assert (by_order["B-3"]["promise"], by_order["B-3"]["wanted"], by_order["B-3"]["ended"]) == (
        "next-day",
        "same-day",
        "",
    )


def test_receipts_routes_and_returns(books: Rows) -> None:
    """Rows are by line, by stop, and by disposition of the units."""
    assert [(row["sku"], row["good"], row["damaged"]) for row in books["receipts"]] == [
        ("bolt", "8", "2"),
        ("nut", "4", "0"),
    ]
    assert [(row["order"], row["expected"]) for row in books["routes"]] == [
        ("B-1", "1 09:00:00"),
        ("B-2", "1 09:20:00"),
    ]
    assert [(row["order"], row["units"], row["disposition"]) for row in books["returns"]] == [
        ("B-1", "3", "restock"),
        ("B-1", "1", "recycle"),
        ("B-2", "", ""),
    ]


def test_the_journal_balances(books: Rows) -> None:
    """The payment to a seller equals the sum of its lines."""
    assert len(books["journal"]) == 8
    about = [row["about"] for row in books["journal"] if row["about"].startswith("order")]
    assert about
    assert all(words.startswith("order B-") for words in about), "orders go by the customer's number"
    lines = [(row["seller"], row["settled"], row["cause"], int(row["cents"])) for row in books["settlements"]]
    assert lines == [
        ("seller-1", "1 09:30:00", "pick fee", -200),
        ("seller-1", "1 09:30:00", "sale", 900),
        ("seller-1", "1 09:30:00", "paid", -700),
        ("seller-2", "", "sale", 300),
    ]


def test_the_scorecard_is_that_of_the_report(books: Rows) -> None:
    """Alder sent 14 of 16 units."""
    assert [(row["supplier"], row["fill"]) for row in books["scorecard"]] == [("Alder", "0.875"), ("Birch", "")]


def test_a_record_without_a_chain_has_no_books(tmp_path: Path) -> None:
    """Nothing is written."""
    with write_small_record(tmp_path / "small.pfr") as record, pytest.raises(InputError, match="has no supply chain"):
        export_csv(record, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_can_not_be_written_to_is_told(tmp_path: Path) -> None:
    """A file is in its place."""
    (tmp_path / "out").write_text("", encoding="utf-8")
    with write_chain_record(tmp_path / "day.pfr") as record, pytest.raises(InputError, match="can't be written to"):
        export_csv(record, tmp_path / "out")


def test_the_command_names_what_it_wrote(tmp_path: Path) -> None:
    """A path a line."""
    write_chain_record(tmp_path / "day.pfr").close()
    result = CliRunner().invoke(app, ["books", str(tmp_path / "day.pfr"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert str(tmp_path / "out" / "journal.csv") in result.stdout


def test_what_nobody_took_ends_undeliverable() -> None:
    """It ends with the reason, in the tick after its return; a seller's goods end with the seller.

    Nothing stays open.
    """
    book, rows = Parcels(chain_header()), list[Sequence[object]]()
    events: list[Event] = [
        ev.OrderReceived(1, 7, "B-7", [(0, 1)], 35),
        ev.OrderReceived(1, 8, "removal 1", [(0, 1)], 35),
        ce.ParcelMoved(20, 8, "pack", "seller", "removal 1 of seller-1"),
        ce.ParcelMoved(30, 7, "delivery station", "return 4", "undeliverable after 3 attempts"),
        ce.ParcelLate(30, 7, "undeliverable", "undeliverable after 3 attempts"),
        ev.OrderReceived(31, 9, "B-9", [(0, 1)], 90),
    ]
    for event in events:
        rows += book.note(event)
    told = [dict(zip(book.columns, row, strict=True)) for row in rows]
    assert [(row["order"], row["place"], row["ended"], row["late"]) for row in told] == [
        ("removal 1", "seller", "1 08:20:00", ""),
        ("B-7", "undeliverable", "1 08:30:00", "undeliverable after 3 attempts"),
    ]
    assert [row[0] for row in book.rest()] == ["B-9"]


def test_a_return_is_written_when_it_is_closed() -> None:
    """It is then forgotten; default order names are not stored, and yet known."""
    book = Returns(chain_header())
    assert not list(book.note(ev.OrderReceived(0, 6, "000007", [(0, 1)], 35)))
    for t, state in enumerate(("authorised", "handed_in", "arrived", "inspected")):
        assert not list(book.note(ce.ReturnMoved(t, 1, 6, state)))
    book.note(ce.ReturnGraded(4, 1, 0, 1, "new", "restock", "new"))
    assert [row[:3] for row in book.note(ce.ReturnMoved(4, 1, 6, "closed"))] == [(1, "000007", "bolt")]
    assert not list(book.rest())
    book.note(ce.ReturnMoved(5, 2, 3, "authorised"))
    assert [row[:2] for row in book.rest()] == [(2, "")], "the record begins after that order"
