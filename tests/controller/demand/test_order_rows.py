"""Rows of an order file formed into whole orders, and the notices about the file."""

from pathlib import Path

import msgspec
import pytest

from controller.demand.order_rows import OrderRows, read_order_rows
from controller.demand.order_submission import read_submission
from controller.scenario.scenario import OrderSettings
from tests.support.floor.tiny_site import faults_of

HEAD = "order_id,sku,quantity,timestamp\n"
GERMAN = (
    "Order No;Item;Qty;Date\n4711;bolt;2;03.04.2024 08:15\n4711;nut;1;03.04.2024 08:15\n4712;nut;3;03.04.2024 9:05\n"
)
MANY = "".join(f"G{n},bolt,{n % 9 + 1},2024-03-01 09:{n % 60:02}\n" for n in range(100))


def read(folder: Path, text: str | bytes, **settings: object) -> OrderRows:
    path = folder / "orders.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_order_rows(path, msgspec.convert(settings, OrderSettings))


def ordered(found: OrderRows) -> dict[str, dict[str, int]]:
    """{order: {SKU: units}}."""
    orders: dict[str, dict[str, int]] = {}
    for order, sku, units, _ in found.rows:
        lines = orders.setdefault(order, {})
        lines[sku] = lines.get(sku, 0) + units
    return orders


@pytest.mark.parametrize(
    "row",
    [
        "A1,nut,5000,2024-03-01",
        "A1,nut,1.5,2024-03-01",
        'A1,nut,"1,000",2024-03-01',
        "A1,nut,-1,2024-03-01",
        "A1,nut,1,soon",
    ],
)
def test_a_row_that_cant_be_used_leaves_its_whole_order_out(row: str, tmp_path: Path) -> None:
    """Half an order is never run; its good rows are counted too, and the order by why."""
    found = read(tmp_path, f"{HEAD}A1,bolt,2,2024-03-01\n{row}\nA2,nut,1,2024-03-01\nA3,nut,1,2024-03-01\n")
    assert ordered(found) == {"A2": {"nut": 1}, "A3": {"nut": 1}}
    (kind,) = found.left_out
    assert dict(found.skipped) == {kind: 1, "in an order that is left out": 1}
    assert found.refused["A1"].line == 3


def test_returns_that_are_meant_leave_an_order_whole(tmp_path: Path) -> None:
    """`negative = "return"`: the negative row is counted, and the order stands; a number of its own is a return anyway."""
    text = f"{HEAD}A1,bolt,2,2024-03-01\nA1,bolt,-1,2024-03-05\nC2,nut,-1,2024-03-01\n"
    found = read(tmp_path, text, negative="return")
    assert (ordered(found), dict(found.left_out)) == ({"A1": {"bolt": 2}}, {})
    assert dict(found.skipped) == {"cancellation or return (quantity < 0)": 2}
    assert dict(read(tmp_path, text).left_out) == {"cancellation or return (quantity < 0)": 1}


def test_fees_are_no_part_of_an_order(tmp_path: Path) -> None:
    """The order stands without them, whatever their quantity."""
    text = f"{HEAD}A1,bolt,2,2024-03-01\nA1,POST,1,2024-03-01\nA1,DISCOUNT,-1,2024-03-01\n"
    found = read(tmp_path, text, fee_pattern="^(POST|DISCOUNT)$")
    assert (ordered(found), dict(found.left_out)) == ({"A1": {"bolt": 2}}, {})


def test_a_german_export_is_read_as_it_is(tmp_path: Path) -> None:
    """Semicolons, dates with points and the names of columns that exports have."""
    assert ordered(read(tmp_path, GERMAN)) == {"4711": {"bolt": 2, "nut": 1}, "4712": {"nut": 3}}
    again = GERMAN.replace("Order No;Item;Qty;Date", "Auftragsnummer;Artikel;Menge;Datum").encode("cp1252")
    assert len(read(tmp_path, again).rows) == 3


def test_a_date_and_a_time_may_have_columns_of_their_own(tmp_path: Path) -> None:
    """With a time column, not all orders of a day arrive at midnight."""
    found = read(tmp_path, "Auftrag;Artikel;Menge;Datum;Uhrzeit\n4711;bolt;2;03.04.2024;08:15\n")
    assert f"{found.rows[0][3]}" == "2024-04-03 08:15:00"


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """Columns, dates and numbers, each with the setting and the option that mend it; with these the file is read."""
    text = "Nr;Ware;Menge;Wann\n4711;bolt;2.000;03/04/2024 8:15\n4712;bolt;1.000;04/04/2024 8:15\n"
    assert [fault.partition(": ")[2] for fault in faults_of(lambda: read(tmp_path, text))] == [
        "line 1: has no column order_id, sku, timestamp (it has Nr, Ware, Menge, Wann, separated by semicolons; "
        'order_id = ["…"], sku = ["…"], timestamp = ["Wann"] in [orders.columns] '
        'or --column "order_id=…" --column "sku=…" --column "timestamp=Wann")',
        "line 2: timestamp '03/04/2024 8:15' may be day or month first "
        '(timestamp = "dayfirst" in [orders] or --date-format dayfirst; or monthfirst)',
        "line 2: quantity '2.000' may be thousands or decimals (state which sign is the decimal one: "
        'decimal = "," in [orders] or --decimal ,; or ".")',
    ]
    columns = {"order_id": ["Nr"], "sku": ["Ware"], "timestamp": ["Wann"]}
    found = read(tmp_path, text, columns=columns, timestamp="dayfirst", decimal=".")
    assert ordered(found) == {"4711": {"bolt": 2}, "4712": {"bolt": 1}}


@pytest.mark.parametrize(
    ("moment", "form"),
    [("12/1/2010 8:26", "%m/%d/%Y %H:%M"), ("2010-12-01 8:26", "%Y-%m-%d %H:%M"), ("1291191960000", "epoch_ms")],
)
def test_other_dates_are_read_by_their_form(moment: str, form: str, tmp_path: Path) -> None:
    """Those of UCI's own file, of Excel, and milliseconds since 1970."""
    found = read(tmp_path, f"InvoiceNo,StockCode,Quantity,InvoiceDate\n536365,85123A,6,{moment}\n", timestamp=form)
    assert f"{found.rows[0][3]}" == "2010-12-01 08:26:00"


def test_milliseconds_since_1970_are_told(tmp_path: Path) -> None:
    """They are neither the year 1712 nor taken for granted."""
    (fault,) = faults_of(lambda: read(tmp_path, f"{HEAD}A1,bolt,1,1712010900000\n"))
    assert "line 2: timestamp '1712010900000' can't be read (known are 2024-03-31 09:15, " in fault
    assert fault.endswith('timestamp = "epoch_ms" in [orders] or --date-format epoch_ms)')


def test_more_bad_rows_than_one_in_twenty_are_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The warning has a value of each kind, its line, and the known forms of dates."""
    read(tmp_path, HEAD + MANY + "B1,bolt,1,soon\n" * 5)
    assert "1 order left out for a row that can't be used: B1 (line 102: timestamp" in caplog.text
    assert "one in twenty" not in caplog.text
    read(tmp_path, HEAD + MANY + "B1,bolt,1,soon\n" * 6)
    assert (
        "6 of 106 rows can't be used, more than one in twenty: 6 × timestamp can't be read, such as 'soon' in line 102"
        in (caplog.text)
    )
    assert "dates that are known: 2024-03-31 09:15" in caplog.text


def test_an_export_that_is_there_twice_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In such a file all units are doubled."""
    read(tmp_path, HEAD + MANY + MANY)
    assert "100 orders have each line several times, such as G0, and the units are added up" in caplog.text


def test_numbers_that_begin_again_each_day_are_told_and_told_apart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Two orders of six days would be six orders of two; the message has the setting."""
    text = HEAD + "".join(f"{n},bolt,1,2024-03-0{day} 09:00\n" for day in range(1, 7) for n in (1, 2))
    assert len(ordered(read(tmp_path, text))) == 2
    assert "2 orders with lines more than a day apart, such as 1 from 2024-03-01 to 2024-03-06" in caplog.text
    assert 'number_by = "day" in [orders] or --number-by day' in caplog.text
    caplog.clear()
    assert list(ordered(read(tmp_path, text, number_by="day")))[:3] == ["1@2024-03-01", "2@2024-03-01", "1@2024-03-02"]
    assert caplog.text == ""
    spoiled = read(tmp_path, text + "1,bolt,many,2024-03-02 09:00\n", number_by="day")
    assert len(ordered(spoiled)) < 12


def test_signs_that_nobody_sees_make_no_second_order(tmp_path: Path) -> None:
    """A byte order mark where two files were joined, a zero-width space, and two forms of one letter."""
    rows = ["\ufeffA1,Gr\u00fcn", "A\u200b1,Gru\u0308n", "A1,Gr\u00fcn"]
    found = read(tmp_path, HEAD + "".join(f"{row},1,2024-03-01\n" for row in rows))
    assert ordered(found) == {"A1": {"Gr\u00fcn": 3}}


SQL_DUMP = (
    "Auftrag;Artikel;Menge;Datum;Uhrzeit\n"
    "4711;bolt;2;01.04.2024 00:00:00;08:03:00\n4712;nut;1;02.04.2024 00:00:00;080510\n"
)


def test_the_time_column_counts_where_dates_are_at_midnight(tmp_path: Path) -> None:
    """Databases export dates without a time as midnight."""
    assert [f"{row[3]:%d %H:%M:%S}" for row in read(tmp_path, SQL_DUMP).rows] == ["01 08:03:00", "02 08:05:10"]


def test_two_times_of_day_that_differ_are_refused_with_the_way_out(tmp_path: Path) -> None:
    """The option says that the date's own time counts."""
    text = SQL_DUMP.replace("00:00:00", "09:15:00")
    (fault,) = faults_of(lambda: read(tmp_path, text))
    assert "has another time of day than its time column" in fault
    assert 'time = ["Datum"] in [orders.columns]' in fault
    assert {f"{row[3]:%H:%M}" for row in read(tmp_path, text, columns={"time": ["Datum"]}).rows} == {"09:15"}


@pytest.mark.parametrize(
    "total",
    ["Gesamt;Summe;{};03.04.2024 18:00", "Total;all;7;03.04.2024 18:00", "X;;{};", "99;all;{};03.04.2024 18:00"],
)
def test_a_total_at_the_end_is_no_order(total: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is known by its word or by its sum, and said with its line."""
    rows = "".join(f"A{n};bolt;{n};03.04.2024 08:15\n" for n in range(1, 51))
    found = read(tmp_path, "order;item;qty;date\n" + rows + total.format(1275) + "\n")
    assert len(ordered(found)) == 50
    if "all" in total or "Summe" in total:
        assert found.skipped == {"a total of the file, not an order": 1}
        assert not found.refused
        assert "the last row, line 52 (" in caplog.text


def test_a_last_order_that_is_no_total_stays(tmp_path: Path) -> None:
    """Its number or SKU stands elsewhere, or the file is too short for its sum to say anything."""
    assert len(read(tmp_path, f"{HEAD}A1,bolt,1,2024-03-01\nA2,nut,1,2024-03-01\n").rows) == 2
    rows = "".join(f"A{n},bolt,1,2024-03-01\n" for n in range(6))
    assert len(read(tmp_path, f"{HEAD}{rows}A9,bolt,6,2024-03-01\n").rows) == 7


def test_a_second_head_line_in_another_order_is_refused(tmp_path: Path) -> None:
    """The rows after it would be read by the wrong columns."""
    rows = "".join(f"A{n},bolt,1,2024-03-01\n" for n in range(300))
    text = f"{HEAD}{rows}timestamp,order_id,sku,quantity\n2024-03-01,B1,bolt,1\n"
    (fault,) = faults_of(lambda: read(tmp_path, text))
    assert "line 302: is a second head line with its columns in another order" in fault
    short = f"{HEAD}A1,bolt,1,2024-03-01\ntimestamp,order_id,sku,quantity\n" + "2024-03-01,B1,bolt,1\n" * 9
    (fault,) = faults_of(lambda: read(tmp_path, short))
    assert "line 3: is a second head line" in fault


def test_the_same_head_line_again_is_left_out(tmp_path: Path) -> None:
    """Two exports, one after the other."""
    found = read(tmp_path, f"{HEAD}A1,bolt,1,2024-03-01\n{HEAD}A2,bolt,1,2024-03-01\n")
    assert (len(found.rows), found.skipped, found.refused) == (2, {"the head line again": 1}, {})


def test_rows_lost_with_a_bad_one_count_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One bad row in thirty takes two others with it: three in thirty-two are more than one in twenty."""
    bad = 'B1,bolt,"1,000",2024-03-01\nB1,nut,1,2024-03-01\nB1,nut,3,2024-03-01\n'
    read(tmp_path, HEAD + bad + "".join(f"A{n},bolt,1,2024-03-01\n" for n in range(29)))
    assert "left out for a row that can't be used: B1 (line 2: quantity may be thousands" in caplog.text
    assert "1 of 32 rows can't be used, and 2 good rows of the same orders are left out with them" in caplog.text
    assert "--decimal ," in caplog.text or 'decimal = "," in [orders]' in caplog.text


def test_titles_above_the_head_line_are_skipped(tmp_path: Path) -> None:
    """Lines keep their numbers of the file."""
    found = read(tmp_path, "WMS export;;;\nMade on 3 April\n" + GERMAN)
    assert list(found.lines) == [4, 5, 6]


def test_a_spreadsheets_numbers_of_days_are_named(tmp_path: Path) -> None:
    """The message gives the remedy."""
    (fault,) = faults_of(lambda: read(tmp_path, f"{HEAD}A1,bolt,1,45383.335417\nA2,bolt,1,45384\n"))
    assert "'45383.335417' can't be read (it is a spreadsheet's number of a day: give the column a format" in fault


def test_an_encoding_that_cant_be_is_not_proposed(tmp_path: Path) -> None:
    """0x81 is no letter in cp1252."""
    (fault,) = faults_of(lambda: read(tmp_path, f"{HEAD}A1,Gr\u00fcn,1,2024-03-01\n".encode("cp850")))
    assert "--encoding cp850" in fault or 'encoding = "cp850"' in fault
    assert "cp1252" not in fault


def test_dates_on_one_day_of_each_month_are_a_hint(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The sign of day and month swapped."""
    read(tmp_path, HEAD + "".join(f"A{n},bolt,1,2024-{n:02}-04\n" for n in range(1, 13)))
    assert "all dates lie on day 4 of 12 months: are day and month swapped?" in caplog.text


def test_what_is_left_out_names_what_mends_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The remedy is given even if few rows are lost."""
    read(tmp_path, HEAD + MANY + "B1,bolt,1 Stk,2024-03-01\nB2,bolt,5000,2024-03-01\n")
    assert "(a quantity is digits only; the most units in a line are max_quantity in [orders])" in caplog.text


def test_a_decimal_sign_that_is_the_other_one_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Refused where most values can't be read so; a hint where they become thousands that nobody orders."""
    (fault,) = faults_of(
        lambda: read(tmp_path, f"{HEAD}A1,bolt,2.0,2024-03-01\nA2,bolt,3.00,2024-03-01\n", decimal=",")
    )
    assert "quantity '2.0', as most, is no number with \",\" as the decimal sign" in fault
    read(tmp_path, HEAD + 'A1,bolt,"2,000",2024-03-01\nA2,bolt,"3,000",2024-03-01\n', decimal=".")
    assert '"," is read as parting thousands: is it the decimal sign' in caplog.text


def test_a_column_that_a_user_names_has_to_be_there(tmp_path: Path) -> None:
    """This includes optional columns: times of a misspelt column are not read as midnight."""
    text = "order_id,sku,quantity,timestamp,Uhr\nA1,bolt,2,2024-03-01,08:15\n"
    assert read(tmp_path, text, columns={"time": ["Uhr"]}).rows[0][3].hour == 8
    (fault,) = faults_of(lambda: read(tmp_path, text, columns={"time": ["Uhrzeit"]}))
    assert "has no column Uhrzeit (it has order_id, sku, quantity, timestamp, Uhr" in fault


def test_times_without_their_first_nought_are_read_by_a_form(tmp_path: Path) -> None:
    """Excel makes 80300 of 080300: values of the morning are no other time, and the message has the form."""
    head, rows = "order_id;sku;quantity;Datum;Uhrzeit\n", ("80300", "11530", "930", "123000")
    text = head + "".join(f"A{n};bolt;1;01.04.2024;{time}\n" for n, time in enumerate(rows))
    (fault,) = faults_of(lambda: read(tmp_path, text))
    assert "timestamp '01.04.2024 80300' can't be read" in fault
    assert 'timestamp = "%d.%m.%Y %H%M%S" in [orders] or --date-format "%d.%m.%Y %H%M%S"' in fault
    moments = [row[3] for row in read(tmp_path, text, timestamp="%d.%m.%Y %H%M%S").rows]
    assert [f"{moment:%H:%M:%S}" for moment in moments] == ["08:03:00", "01:15:30", "00:09:30", "12:30:00"]
    short = f"{head}A;bolt;1;01.04.2024;0803\n"
    (fault,) = faults_of(lambda: read(tmp_path, short))
    assert '--date-format "%d.%m.%Y %H%M"' in fault
    assert read(tmp_path, short, timestamp="%d.%m.%Y %H%M").rows[0][3].hour == 8


def test_units_that_are_left_out_with_their_orders_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Seven of A1 without its 1.5, 60 that are too many in a line and two beside them; and those of long orders."""
    rows = (
        "A1,bolt,3,2024-03-01\nA1,nut,1.5,2024-03-01\nA1,cap,4,2024-03-01\nA2,bolt,60,2024-03-01\nA2,nut,2,2024-03-01\n"
    )
    assert read(tmp_path, f"{HEAD}{rows}A3,nut,1,2024-03-01\n", max_quantity=50).units_left_out == 69
    assert "2 orders with 69 units left out for a row that can't be used" in caplog.text
    longer = f"{HEAD}B1,bolt,3,2024-03-01\nB1,nut,4,2024-03-01\nB2,nut,1,2024-03-01\n"
    assert read(tmp_path, longer, max_lines=1).units_left_out == 7


def test_the_desk_is_told_of_a_refused_order_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The submitting command reports it with its line; the reader adds no list of its own."""
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "A1,bolt,1.5,2024-03-01\n" + "".join(f"B{n},bolt,1,2024-03-01\n" for n in range(30)))
    found = read_submission(path, OrderSettings(), None)
    assert found.refused == ["order A1: line 2: quantity is not a whole number ('1.5')"]
    assert (found.ways_out, "A1" in caplog.text) == ("", False)
    path.write_text(path.read_text().replace("A1,bolt,1.5", "A1,bolt,1.000"))
    assert read_submission(path, OrderSettings(), None).ways_out == "state which sign is the decimal one: --decimal ,"


def test_what_else_is_wrong_is_told_with_the_encoding(tmp_path: Path) -> None:
    """A German export of names nobody knows is readable at the second try: one message a fault, all at once."""
    text = "Auftrag;Ware;Menge;Wann\n1;Schl\u00fcssel;2;03.04.2024 08:15\n".encode("cp1252")
    encoding, columns = faults_of(lambda: read(tmp_path, text))
    assert "line 2: is not UTF-8: byte 0xFC after 'chl'" in encoding.replace("1;S", "")
    assert "has no column sku, timestamp (it has Auftrag, Ware, Menge, Wann" in columns
    said = {"columns": {"sku": ["Ware"], "timestamp": ["Wann"]}, "encoding": "cp1252"}
    assert ordered(read(tmp_path, text, **said)) == {"1": {"Schl\u00fcssel": 2}}
