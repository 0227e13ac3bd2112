"""Tables of text: encodings, separators and quotes are read strictly, and a fault names its line."""

from pathlib import Path

import pytest

from layout.errors import InputError
from layout.tabular.columns import NAMES, find_columns, key_of
from layout.tabular.form import PLAIN, Form
from layout.tabular.table import open_table

FIELDS = {field: NAMES[field] for field in ("order_id", "sku", "quantity", "timestamp")}
HEAD = "order_id,sku,quantity,timestamp\n"


def rows(folder: Path, content: str | bytes, form: Form = PLAIN) -> list[tuple[int, list[str]]]:
    path = folder / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(open_table(path, form, FIELDS, tuple(FIELDS)).rows())


def fault(folder: Path, content: str | bytes, form: Form = PLAIN) -> str:
    with pytest.raises(InputError) as error:
        rows(folder, content, form)
    return str(error.value).removeprefix(f"{folder / 'a.csv'}: ")


def test_text_that_isnt_utf8_stops_at_its_line(tmp_path: Path) -> None:
    """The message gives the byte and how to name the encoding; two SKUs never become one."""
    content = (HEAD + "A1,bolt,1,2024-03-01\nA2,Grün,1,2024-03-01\n").encode("latin-1")
    assert fault(tmp_path, content, Form(section="[orders]", options=True)) == (
        "line 3: is not UTF-8: byte 0xFC after 'A2,Gr' (save it as CSV in UTF-8, or name its encoding: "
        'encoding = "cp1252" in [orders] or --encoding cp1252)'
    )
    assert rows(tmp_path, content, Form(encoding="latin-1"))[1][1][1] == "Grün"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    """UTF-8 with or without its mark, and UTF-16 with it, as spreadsheets save."""
    assert rows(tmp_path, (HEAD + "A1,Grün,1,2024\n").encode(encoding)) == [(2, ["A1", "Grün", "1", "2024"])]


def test_utf8_isnt_read_as_something_else(tmp_path: Path) -> None:
    """A wrong name of the encoding would make other SKUs."""
    problem = fault(tmp_path, HEAD + "A1,Grün,1,2024\n", Form(encoding="cp1252"))
    assert problem == "is UTF-8 text, and was to be read as cp1252 (leave the encoding out)"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_head_line_shows_the_separator(sign: str, tmp_path: Path) -> None:
    """German spreadsheets write semicolons, others tabs."""
    content = (HEAD + "A1,bolt,1,2024\n").replace(",", sign)
    assert rows(tmp_path, content) == [(2, ["A1", "bolt", "1", "2024"])]


def test_a_line_of_spreadsheets_says_the_separator(tmp_path: Path) -> None:
    """The first line may be sep=;."""
    assert rows(tmp_path, "sep=;\r\norder_id;sku\r\nA1;bolt\r\n") == [(3, ["A1", "bolt"])]


def test_a_head_line_with_two_separators_is_settled_by_known_names(tmp_path: Path) -> None:
    """A comma inside a name does not matter."""
    assert rows(tmp_path, "Order No;Item;Price, net\nA1;bolt;1,5\n") == [(2, ["A1", "bolt", "1,5"])]


QUOTES = {
    'A1,"5" bolt,1,2024\n': "line 2: a quoted field has text after its closing quote",
    'A1,"5 bolt,1,2024\nA2,nut,1,2024\n': "line 2: a quote begins here and is never closed",
    'A1,"5 bolt,1,2024\nA2,"6 nut",1,2024\n': "line 2: a quote begins here and closes in line 3, where it has text after",
    'A0,x,1,2024\nA1,"5 bolt,1,2024\nA2,nut,1,2024\nA3,12",1,2024\n': (
        "line 3: a quote begins here and closes in line 5: the text between looks like rows of its own"
    ),
}


@pytest.mark.parametrize("content", QUOTES)
def test_a_quote_swallows_no_rows(content: str, tmp_path: Path) -> None:
    """An inch mark at the begin of a field is reported with its line."""
    assert fault(tmp_path, HEAD + content).startswith(QUOTES[content])


def test_a_description_may_have_lines_and_inch_marks(tmp_path: Path) -> None:
    """The text is quoted as in CSV, or the marks stand inside a field."""
    content = 'sku,note\nbolt,"5"" long\nand round"\nnut 6",plain\n'
    assert rows(tmp_path, content) == [(2, ["bolt", '5" long\nand round']), (4, ['nut 6"', "plain"])]


def found(folder: Path, head: str) -> tuple[dict[str, int], list[str]]:
    path = folder / "a.csv"
    path.write_text(head + "\n", encoding="utf-8")
    columns = find_columns(open_table(path, PLAIN, FIELDS, tuple(FIELDS)).head, FIELDS, tuple(FIELDS))
    return columns.position, [str(problem).partition(": ")[2] for problem in columns.problems()]


@pytest.mark.parametrize(
    "head",
    ["Order No;Item;Qty;Date", "OrderID,SKU,Quantity,Date", "Auftragsnummer;Artikel;Menge;Datum",
     "INVOICENO,STOCKCODE,QUANTITY,INVOICEDATE", "Bestellung\tArtikel-Nr.\tStück\tErstellt am"],
)  # fmt: skip
def test_exports_name_their_columns_in_english_and_german(head: str, tmp_path: Path) -> None:
    """Case, blanks and signs between words do not matter."""
    assert found(tmp_path, head) == ({"order_id": 0, "sku": 1, "quantity": 2, "timestamp": 3}, [])


def test_a_doubled_column_is_refused(tmp_path: Path) -> None:
    """The intended column is unknown; a standard name beside another is not doubled."""
    assert found(tmp_path, "order_id,sku,quantity,quantity,date")[1] == [
        "line 1: has column quantity 2 times (rename or delete one: no option chooses between them)"
    ]
    assert found(tmp_path, "order_id,sku,Qty,Units,date")[1] == [
        "line 1: has several columns that may be quantity: Qty, Units (keep one of them)"
    ]
    assert found(tmp_path, "order_id,sku,item,quantity,timestamp,note,note")[1] == []


def test_no_name_is_of_two_fields() -> None:
    """A column is never taken for another."""
    keys = [key_of(name) for names in NAMES.values() for name in {key_of(name) for name in names}]
    assert len(keys) == len(set(keys))
