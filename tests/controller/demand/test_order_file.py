"""Order files: which rows become orders, which are skipped and why, and files that can't be used at all."""

import gzip
import lzma
import re
from pathlib import Path

import numpy as np
import pytest

from controller.build_site import build_site
from controller.demand.order_file import OrderFile, read_orders
from controller.demand.order_head import HEAD_AGAIN
from controller.demand.order_totals import TOTAL
from controller.scenario.read import load_scenario
from layout.tabular.columns import NAMES
from layout.tabular.day_times import TWO_TIMES
from robots.recording.events import OrderReceived
from tests.support.floor.tiny_site import DEMO, FLOOR, ROOT, faults_of, run, settings

UCI = ROOT.parent / "shared" / "data" / "orders" / "uci_online_retail_lines.csv.xz"
needs_uci = pytest.mark.skipif(not UCI.is_file(), reason="the UCI order lines are not beside the checkout")

HEAD = "order_id,sku,quantity,timestamp"
SMALL = f"""{HEAD}
A1,bolt,2,2024-03-01 09:15
A1,nut,1,2024-03-01 09:15
A2,nut,3.0,2024-03-01T09:15:30
A1,bolt,1,2024-03-01 09:20

A3,"nut, large",4,2024-03-01 10:00+02:00
A4,bolt,1,2024-03-02
"""
BAD_ROWS = {
    "too few columns": "B1,bolt,1",
    "no order_id or sku": "B1,,1,2024-03-01 09:00",
    "quantity is not a number": "B1,bolt,many,2024-03-01 09:00",
    "more columns than the head line": "B1,bolt,1,2024-03-01 09:00,1",
    "order_id or sku has a control sign": "B1,bo\x07lt,1,2024-03-01 09:00",
    "order_id or sku of more than 100 signs": f"B1,{'b' * 101},1,2024-03-01 09:00",
    "order_id or sku was shortened by a spreadsheet": "1.23457E+11,bolt,1,2024-03-01 09:00",
    "quantity may be thousands or decimals": "B1,bolt,1.000,2024-03-01 09:00",
    "quantity is not written in digits": "B1,bolt,1e3,2024-03-01 09:00",
    "quantity is not a whole number": "B1,bolt,1.5,2024-03-01 09:00",
    "timestamp can't be read": "B1,bolt,1,1 March 2024",
    "timestamp may be day or month first": "B1,bolt,1,01/03/2024 9:00",
    "timestamp is of an implausible year": "B1,bolt,1,9999-12-31 23:59",
    "cancellation or return (quantity < 0)": "B1,bolt,-1,2024-03-01 09:00",
    "quantity is 0": "B1,bolt,0,2024-03-01 09:00",
    "fee, not an item": "B1,POST,1,2024-03-01 09:00",
    "more than 50 units in a line": "B1,bolt,51,2024-03-01 09:00",
}
"""A row of each kind that is skipped; docs/reference/orders-csv.md lists the same kinds."""
FEES = "^(POST|M)$"


def scenario_for(csv: Path) -> Path:
    """The tiny floor in a file beside the CSV."""
    path = csv.parent / "a.toml"
    path.write_text(FLOOR)
    return path


def read(csv: Path, run: dict[str, object] | None = None, **orders: object) -> OrderFile:
    """The orders of a file on the tiny floor."""
    changes = settings(run=run or {}, orders={"csv": csv.name, "fee_pattern": FEES, "max_quantity": 50} | orders)
    return read_orders(load_scenario(scenario_for(csv), changes), np.random.default_rng(1))


def written(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_become_orders_at_their_own_times(tmp_path: Path) -> None:
    """Rows of an id are one order at its first row; the run begins with the full hour of the first of all."""
    file = read(written(tmp_path, SMALL), run={"ticks": 86_400})
    bolt, nut, large = 0, 1, 2
    assert file.catalogue.names == ("bolt", "nut", "nut, large")
    assert file.start_s == 9 * 3600
    assert file.orders == (
        (900, "A1", {bolt: 3, nut: 1}),
        (930, "A2", {nut: 3}),
        (3600, "A3", {large: 4}),  # a zone doesn't matter: times are the floor's own
        (54_000, "A4", {bolt: 1}),
    )
    assert file.skipped == {}
    assert file.catalogue.share.tolist() == pytest.approx([4 / 12, 4 / 12, 4 / 12])


def test_orders_after_the_run_are_left_out(tmp_path: Path) -> None:
    """A run of an hour sees the orders of that hour; demand by SKU is that of the whole file."""
    file = read(written(tmp_path, SMALL), run={"ticks": 3600})
    assert [name for _, name, _ in file.orders] == ["A1", "A2"]
    assert len(file.catalogue) == 3


def test_an_order_is_whole_although_its_lines_are_not_all_within_the_run(tmp_path: Path) -> None:
    """It arrives at its first line with all its lines; one that began before the run is left out, and later ones are
    counted.
    """
    text = f"{HEAD}\nA0,nut,1,2024-02-29 23:00\nA0,nut,1,2024-03-01 09:10\n" + SMALL.partition("\n")[2]
    late = "A1,large,5,2024-03-01 12:00\nA2,nut,1,2024-03-02 10:00\n"
    file = read(written(tmp_path, text + late), run={"ticks": 3600}, day="2024-03-01")
    names = file.catalogue.names
    assert [(name, {names[sku]: units for sku, units in lines.items()}) for _, name, lines in file.orders] == [
        ("A1", {"bolt": 3, "nut": 1, "large": 5}),
        ("A2", {"nut": 4}),
    ]
    assert file.after == 2


def test_the_day_asked_for_is_the_first(tmp_path: Path) -> None:
    """Earlier days are left out, and the run begins with the first order of the day."""
    file = read(written(tmp_path, SMALL), day="2024-03-02")
    assert file.start_s == 0.0
    assert file.orders == ((0, "A4", {0: 1}),)


def test_ticks_are_counted_in_the_scenarios_own_length(tmp_path: Path) -> None:
    """With ticks of two seconds an order a quarter past is at tick 450."""
    assert read(written(tmp_path, SMALL), run={"tick_s": 2.0}).orders[0][0] == 450


def test_bad_rows_are_counted_by_kind(tmp_path: Path) -> None:
    """Each kind of bad row is skipped and counted; the good rows around them stand."""
    rows = [row for number, row in enumerate(BAD_ROWS.values(), 1) for _ in range(number)]
    file = read(written(tmp_path, SMALL + SMALL.partition("\n")[2] * 50 + "\n".join(rows) + "\n"))
    assert file.skipped == {kind: number for number, kind in enumerate(BAD_ROWS, 1)}
    assert [name for _, name, _ in file.orders] == ["A1", "A2", "A3"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (",bolt,1,2024-03-01 09:00", "no order_id or sku"),
        ("B1,  ,1,2024-03-01 09:00", "no order_id or sku"),
        ("B1,bolt,,2024-03-01 09:00", "quantity is not a number"),
        ("B1,bolt,1_0,2024-03-01 09:00", "quantity is not a number"),
        ('B1,bolt,"1,000",2024-03-01 09:00', "quantity may be thousands or decimals"),
        ("B1,bolt,nan,2024-03-01 09:00", "quantity is not a whole number"),
        ("B1,bolt,inf,2024-03-01 09:00", "quantity is not a whole number"),
        ("B1,bolt,1e999,2024-03-01 09:00", "quantity is not a whole number"),
        ("B1,bolt,1e9,2024-03-01 09:00", "quantity is not written in digits"),
        ("B1,bolt,1,", "timestamp can't be read"),
        ("B1,bolt,1,2024-02-30 09:00", "timestamp can't be read"),
        ("B1,bolt,1,2024-03-01 25:00", "timestamp can't be read"),
        ("B1,bolt,many,yesterday", "quantity is not a number"),
        ("B1,M,-1,2024-03-01 09:00", "cancellation or return (quantity < 0)"),
        ("\x00", "order_id or sku has a control sign"),
    ],
)
def test_a_bad_row_is_of_one_kind(tmp_path: Path, row: str, kind: str) -> None:
    """The first thing that is wrong with a row decides what it counts as."""
    assert read(written(tmp_path, SMALL + row + "\n")).skipped == {kind: 1}


def test_columns_are_found_by_their_names(tmp_path: Path) -> None:
    """Order and further columns don't matter, and names may be mapped; the first name found is taken."""
    text = "when,Menge,Artikel,Beleg,note\n2024-03-01 09:15,2,bolt,A1,gift\n"
    columns = {"order_id": ["Beleg"], "sku": ["SKU", "Artikel"], "quantity": ["Menge"], "timestamp": ["when"]}
    assert read(written(tmp_path, text), columns=columns).orders == ((900, "A1", {0: 2}),)


def test_spreadsheets_files_are_read(tmp_path: Path) -> None:
    """A byte order mark, CRLF line ends and blanks around fields are no fault."""
    text = "\ufeff" + SMALL.replace("\n", "\r\n").replace(",", " , ").replace('" ', '"').replace(' "', '"')
    assert read(written(tmp_path, text), run={"ticks": 3600}).orders[0] == (900, "A1", {0: 3, 1: 1})


@pytest.mark.parametrize(("name", "packed"), [("o.csv.gz", gzip.compress), ("o.csv.xz", lzma.compress)])
def test_compressed_files_are_read_as_they_are(tmp_path: Path, name: str, packed: object) -> None:
    """The ending says how a file is packed."""
    plain = read(written(tmp_path, SMALL)).orders
    assert read(written(tmp_path, packed(SMALL.encode()), name)).orders == plain  # type: ignore[operator]


NONE_THERE = "a line has order_id, sku, quantity, timestamp"
TORN = lzma.compress(SMALL.encode() * 99)[:-40]
TORN_GZIP = gzip.compress(SMALL.encode() * 99)[:-40]
MANY = "\n".join(f"A{sku},sku-{sku},1,2024-03-01 09:00" for sku in range(185))

NAME_THEM = (
    'order_id = ["…"], sku = ["…"], quantity = ["…"], timestamp = ["…"] in [orders.columns] or '
    '--column "order_id=…" --column "sku=…" --column "quantity=…" --column "timestamp=…"'
)
BROKEN = {
    "empty": ("", "orders.csv", "line 1: is empty (it names the columns: order_id, sku, quantity, timestamp)"),
    "an empty first line": (
        "\n" + SMALL,
        "orders.csv",
        "line 1: is empty (it names the columns: order_id, sku, quantity, timestamp)",
    ),
    "head line only": (HEAD, "orders.csv", f"has no order lines ({NONE_THERE})"),
    "a missing column": (
        "order_id,sku,timestamp\nA1,bolt,2024-03-01\n",
        "orders.csv",
        "line 1: has no column quantity (it has order_id, sku, timestamp; "
        'quantity = ["…"] in [orders.columns] or --column "quantity=…")',
    ),
    "no column at all": (
        "a,b\n1,2\n",
        "orders.csv",
        f"line 1: has no column order_id, sku, quantity, timestamp (it has a, b; {NAME_THEM})",
    ),
    "no head line": (
        SMALL.partition("\n")[2],
        "orders.csv",
        "line 1: has no column order_id, sku, quantity, timestamp (it has A1, bolt, 2, 2024-03-01 09:15; "
        + NAME_THEM.replace('timestamp = ["…"]', 'timestamp = ["2024-03-01 09:15"]')
        .replace("timestamp=…", "timestamp=2024-03-01 09:15")
        .replace('quantity = ["…"]', 'quantity = ["2"]')
        .replace("quantity=…", "quantity=2")
        + ")",
    ),
    "not CSV": (
        '{"order_id": "A1"}',
        "orders.csv",
        "line 1: has no column order_id, sku, quantity, timestamp "
        '(it has only \'{"order_id": "A1"}\'; separate columns by commas, semicolons or tabs)',
    ),
    "binary": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "orders.csv",
        "is not text (save it as CSV in UTF-8, or as .csv.gz or .csv.xz)",
    ),
    "UTF-16 without its mark": (
        SMALL.encode("utf-16-le"),
        "orders.csv",
        "is not text (save it as CSV in UTF-8, or as .csv.gz or .csv.xz)",
    ),
    "a workbook": (
        b"PK\x03\x04" + bytes(30),
        "orders.csv",
        "is a workbook or an archive, not text (save it as CSV in UTF-8)",
    ),
    "packed, but not by its name": (
        lzma.compress(SMALL.encode()),
        "orders.csv",
        "is not text (save it as CSV in UTF-8, or as .csv.gz or .csv.xz)",
    ),
    "not an .xz": (SMALL, "o.csv.xz", "can't be read: Input format not supported by decoder"),
    "not a .gz": (SMALL, "o.csv.gz", "can't be read: Not a gzipped file (b'or')"),
    "a torn .xz": (
        TORN,
        "o.csv.xz",
        "can't be read: Compressed file ended before the end-of-stream marker was reached",
    ),
    "a torn .gz": (
        TORN_GZIP,
        "o.csv.gz",
        "can't be read: Compressed file ended before the end-of-stream marker was reached",
    ),
    "a damaged .gz": (
        TORN_GZIP[:10] + b"\xff" * 40,
        "o.csv.gz",
        "can't be read: Error -3 while decompressing data: invalid block type",
    ),
    "a quote that doesn't end": (
        f'{HEAD}\nA0,bolt,1,2024-03-01\nA1,"{"x" * 200_000}',
        "orders.csv",
        'line 3: a quote begins here and is never closed (a quote inside a quoted field is written twice, as in "5"" bolt")',
    ),
    "all rows bad": (
        f"{HEAD}\n" + "\n".join([*BAD_ROWS.values()][-2:]) + "\nB1,POST,1,2024-03-01\nB1,bolt,1,now",
        "orders.csv",
        "has no order line that can be used: 2 × fee, not an item, 1 × more than 50 units in a line, "
        f"1 × timestamp can't be read ({NONE_THERE})",
    ),
    "more SKUs than bins": (
        f"{HEAD}\n{MANY}",
        "orders.csv",
        "has 185 SKUs, more than the 184 bins with stock (raise [pods] bins from 24 or [stock] fill from 0.7)",
    ),
}


@pytest.mark.parametrize(("content", "name", "message"), BROKEN.values(), ids=BROKEN)
def test_an_order_file_that_cannot_be_used_is_told(
    tmp_path: Path, content: str | bytes, name: str, message: str
) -> None:
    """One line: the file, what is wrong with it and what would be right."""
    path = written(tmp_path, content, name)
    assert faults_of(lambda: read(path)) == [f"{path}: {message}"]


def test_a_day_after_the_last_order_is_told(tmp_path: Path) -> None:
    """The message says how far the file goes."""
    path = written(tmp_path, SMALL)
    assert faults_of(lambda: read(path, day="2024-03-03")) == [
        f"{path}: has no order line from 2024-03-03 on (the last is of 2024-03-02; see [orders] day)"
    ]


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """The path is the one that was looked for: relative to the scenario."""
    path = tmp_path / "orders.csv"
    assert faults_of(lambda: read(path)) == [f"{path}: can't be read: No such file or directory"]
    path.mkdir()
    assert faults_of(lambda: read(path)) == [f"{path}: is a folder (name a file)"]


def test_a_missing_column_is_told_by_all_its_names(tmp_path: Path) -> None:
    """If a column may have several names, the message lists them all."""
    path = written(tmp_path, SMALL)
    assert faults_of(lambda: read(path, columns={"sku": ["StockCode", "Artikel"]})) == [
        f"{path}: line 1: has no column StockCode or Artikel (it has order_id, sku, quantity, timestamp; "
        'sku = ["sku"] in [orders.columns] or --column "sku=sku")'
    ]


def test_as_many_skus_as_bins_are_no_fault(tmp_path: Path) -> None:
    """184 bins with stock hold 184 SKUs, each in one bin."""
    csv = written(tmp_path, f"{HEAD}\n{MANY.rpartition(chr(10))[0]}")
    path = scenario_for(csv)
    site = build_site(load_scenario(path, settings(orders={"csv": csv.name})))
    assert sorted(site.ledger.bin_sku[site.ledger.bin_sku >= 0].tolist()) == list(range(184))


def test_a_site_takes_the_orders_of_its_file(tmp_path: Path) -> None:
    """They come in at their ticks under their own names, and the site's clock is the file's."""
    csv = written(tmp_path, SMALL)
    site = build_site(load_scenario(scenario_for(csv), settings(orders={"csv": csv.name})))
    received = [event for event in run(site, 931) if isinstance(event, OrderReceived)]
    assert [(event.t, event.name, event.lines) for event in received] == [
        (900, "A1", [(0, 3), (1, 1)]),
        (930, "A2", [(1, 3)]),
    ]
    assert site.demand.start_s == 9 * 3600


def test_the_names_of_columns_are_those_of_the_docs() -> None:
    """docs/reference/orders-csv.md lists all that are known."""
    page = (ROOT / "docs" / "reference" / "orders-csv.md").read_text(encoding="utf-8").partition("### Columns")[2]
    told = re.findall(r"^\| `(\w+)` \| (.*) \|$", page.partition("### Dates")[0], re.MULTILINE)
    assert {field: tuple(re.findall("`(.*?)`", names)) for field, names in told} == NAMES


def test_the_kinds_are_those_of_the_docs() -> None:
    """docs/reference/orders-csv.md lists every kind of skipped row, and no other."""
    page = (ROOT / "docs" / "reference" / "orders-csv.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(.+?)` \|", page.partition("## Rows that are skipped")[2], re.MULTILINE)
    assert [kind.replace("N", "50") for kind in told] == [
        *BAD_ROWS,
        "in an order that is left out",
        "orders of more than 50 lines",
        f"timestamp {TWO_TIMES}",
        HEAD_AGAIN,
        TOTAL,
    ]


@needs_uci
def test_the_uci_file_is_read_as_it_is() -> None:
    """A year of a web shop: its bad rows by kind, and its first orders as one finds them in the file."""
    scenario = load_scenario(DEMO, settings(orders={"csv": str(UCI)}))
    file = read_orders(scenario, np.random.default_rng(1))
    assert file.skipped == {
        "cancellation or return (quantity < 0)": 10_624,
        "fee, not an item": 2_399,
        "in an order that is left out": 883,
        "more than 1000 units in a line": 114,
    }
    assert file.left_out == {"more than 1000 units in a line": 91}
    assert file.start_s == 8 * 3600
    assert len(file.catalogue) == 3_916
    names = file.catalogue.names
    told = [(tick, order, {names[sku]: units for sku, units in lines.items()}) for tick, order, lines in file.orders]
    first = {"85123A": 6, "71053": 6, "84406B": 8, "84029G": 6, "84029E": 6, "22752": 2, "21730": 6}
    assert told[:2] == [
        (26 * 60, "536365", first),
        (28 * 60, "536366", {"22633": 6, "22632": 6}),
    ]
    assert file.orders == tuple(sorted(file.orders, key=lambda order: order[:2]))
    assert file.orders[-1][0] < scenario.run.ticks
