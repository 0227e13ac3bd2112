"""Plan files: a written plan reads the same, and every fault is reported with its line."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from layout.errors import InputError
from layout.formats.toml_format import load_floor
from layout.slotting.history import history_of
from layout.slotting.plan import Plan, held_part, most_of, plan_of
from layout.slotting.plan_file import Limits, read_plan, write_plan
from layout.tabular.signs import cleaned
from tests.support.floor.drawings import ROOT

HEAD = "kind,sku,pod,bin,quantity,place\n"
GOOD = HEAD + 'sku,bolt,0,0,5,\nsku,"nut, large",1,2,7,\npod,,0,,,"2,3"\npod,,1,,,"2,4"\n'
FLOOR = load_floor(ROOT / "maps" / "tiny.toml")


def read(folder: Path, text: str, limits: Limits | None = None) -> Plan:
    path = folder / "plan.csv"
    path.write_bytes(text.encode())
    return read_plan(path, limits)


def faults(folder: Path, text: str, limits: Limits | None = None) -> list[str]:
    """The faults of a file, without its name."""
    with pytest.raises(InputError) as caught:
        read(folder, text, limits)
    return [str(problem).removeprefix(f"{folder / 'plan.csv'}: ") for problem in caught.value.problems]


def test_a_plan_is_read_as_it_is_written(tmp_path: Path) -> None:
    """By SKU, pod and bin, the places as row and column; columns may stand in any order, and empty lines are passed
    over.
    """
    plan = read(tmp_path, GOOD, Limits(FLOOR, 3, 7, {"bolt", "nut, large"}))
    assert plan.contents() == {(0, 0): ("bolt", 5), (1, 2): ("nut, large", 7)}
    assert plan.place.tolist() == [[2, 3], [2, 4]]
    assert plan.cells(12).tolist() == [27, 28]
    assert plan.units_of().tolist() == [5, 7]
    write_plan(tmp_path / "again.csv", plan)
    assert (tmp_path / "again.csv").read_text() == GOOD
    turned = '\ufeffPlace,kind,bin,pod,sku,quantity\n\n,sku,0,0,bolt,5.0\n"(2, 3)",pod,,0,,\n'
    assert read(tmp_path, turned).contents() == {(0, 0): ("bolt", 5)}


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 5)),
        st.tuples(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1), st.integers(1, 999)),
        min_size=1,
    )
)
@settings(deadline=None)
def test_writing_and_reading_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[tuple[int, int], tuple[str, int]]
) -> None:
    """Names may have any characters, as far as they are the same name to everybody."""
    assume(all(cleaned(name) == name for name, _ in contents.values()))
    plan = plan_of(contents, np.array([(1, n) for n in range(4)], np.int32))
    path = tmp_path_factory.mktemp("plans") / "plan.csv"
    write_plan(path, plan)
    assert read_plan(path).same_as(plan)


def test_a_plan_keeps_the_days_of_its_orders(tmp_path: Path) -> None:
    """The days stand in a line of their own; a plan without one is of unknown days, as all older plans."""
    plan = replace(read(tmp_path, GOOD), made_from=(date(2010, 12, 1), date(2011, 10, 5)))
    write_plan(tmp_path / "dated.csv", plan)
    text = (tmp_path / "dated.csv").read_text()
    assert text.splitlines()[0] == "kind,sku,pod,bin,quantity,place,days"
    assert text.splitlines()[-1] == "orders,,,,,,2010-12-01/2011-10-05"
    reread = read_plan(tmp_path / "dated.csv", Limits(FLOOR, 3, 7))
    assert reread.same_as(plan)
    assert reread.made_from == plan.made_from
    assert read(tmp_path, GOOD).made_from is None


@pytest.mark.parametrize(
    ("days", "fault"),
    [
        ("2010-12-01", "days '2010-12-01' can't be read (write the first and the last: 2010-12-01/2011-10-05)"),
        ("", "days '' can't be read (write the first and the last: 2010-12-01/2011-10-05)"),
        ("2011-10-05/2010-12-01", "days end before they begin (one line with the first day and the last)"),
        ("2010-12-01/9999-12-31", "days end in the year 9999 (write years before 2200)"),
    ],
)
def test_days_that_cannot_be_are_reported(tmp_path: Path, days: str, fault: str) -> None:
    """The message has the line."""
    head, *rows = GOOD.splitlines()
    text = "\n".join([head + ",days", *rows, f"orders,,,,,,{days}"]) + "\n"
    assert faults(tmp_path, text) == [f"line {len(rows) + 2}: {fault}"]


PLACES = 'pod,,0,,,"2,3"\n'
FAULTS = {
    "": ["line 1: is empty (it names the columns: kind, sku, pod, bin, quantity, place)"],
    "\n": ["line 1: is empty (it names the columns: kind, sku, pod, bin, quantity, place)"],
    "sku,bolt,0,0,5,\n": ["line 1: is not the head line (the file begins with kind,sku,pod,bin,quantity,place)"],
    "kind,sku,pod,bin,place\n": [
        "line 1: has no column quantity (it has kind, sku, pod, bin, place; "
        "known are kind, sku, pod, bin, quantity, place, days)"
    ],
    "kind;sku;pod\n": [
        "line 1: has no column bin, quantity, place (it has kind, sku, pod, separated by semicolons; "
        "known are kind, sku, pod, bin, quantity, place, days)"
    ],
    HEAD + PLACES + "sku,bolt,0,0,1.000,\n": [
        "line 3: quantity '1.000' may be thousands or decimals (write digits only)"
    ],
    HEAD: ["has no line below its head (a bin's line is like sku,bolt,0,3,12,)"],
    HEAD + PLACES: ["has no stock (a bin's line is like sku,bolt,0,3,12,)"],
    HEAD + PLACES + "sku,bolt,0,0,-5,\n": ["line 3: quantity -5 is negative (write a whole number, 0 or more)"],
    HEAD + PLACES + "sku,bolt,0,0,0,\n": ["line 3: quantity is 0 (leave the line of an empty bin out)"],
    HEAD + PLACES + "sku,bolt,0,0,many,\n": ["line 3: quantity 'many' is not a whole number (write digits only)"],
    HEAD + PLACES + "sku,bolt,0,0,1.5,\n": ["line 3: quantity '1.5' is not a whole number (write digits only)"],
    HEAD + PLACES + "sku,bolt,0,0,,\n": ["line 3: has no quantity (write a whole number, 0 or more)"],
    HEAD + PLACES + "sku,bolt,x,y,5,\n": [
        "line 3: pod 'x' is not a whole number (write digits only)",
        "line 3: bin 'y' is not a whole number (write digits only)",
    ],
    HEAD + PLACES + "sku,,0,0,5,\n": ["line 3: has no sku (name the SKU that lies in the bin)"],
    HEAD + PLACES + "box,bolt,0,0,5,\n": [
        "line 3: kind 'box' is neither sku nor pod nor orders (sku: the content of a bin; pod: its place)"
    ],
    HEAD + PLACES + "sku,bolt,0,0,5,\nsku,nut,0,0,5,\n": [
        "line 4: bin 0.0 holds 'bolt' already, by line 3 (a bin holds one SKU)"
    ],
    HEAD + PLACES + "sku,bolt,0,0,5,\nsku,bolt,0,0,5,\n": [
        "line 4: bin 0.0 is in line 3 already (write one line with all its units)"
    ],
    HEAD + "sku,bolt,0,0,5,\n": ['line 2: pod 0 has no place (add a line like pod,,0,,,"4,7")'],
    HEAD + 'sku,bolt,2,0,5,\npod,,2,,,"2,3"\npod,,0,,,"2,4"\n': [
        "line 3: pod 2 leaves a gap: there is no pod 1 (number pods from 0 on)"
    ],
    HEAD + PLACES + 'pod,,0,,,"2,4"\nsku,bolt,0,0,5,\n': [
        "line 3: pod 0 has a place already, by line 2 (a pod stands in one place)"
    ],
    HEAD + PLACES + 'pod,,1,,,"2,3"\nsku,bolt,0,0,5,\n': [
        "line 3: place 2,3 is pod 0's already, by line 2 (one pod a place)"
    ],
    HEAD + "pod,,0,,,2,3\nsku,bolt,0,0,5,\n": [
        'line 2: has 7 columns, the head line 6 (a cell with the separator in it goes in quotes: "4,7")'
    ],
    HEAD + "pod,,0,,,here\nsku,bolt,0,0,5,\n": [
        "line 2: place 'here' can't be read (write row and column in quotes: \"4,7\")"
    ],
    HEAD + "pod,,0,,,\nsku,bolt,0,0,5,\n": ['line 2: has no place (write row and column in quotes: "4,7")'],
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_reported_with_its_line(tmp_path: Path, text: str) -> None:
    """The message gives the expected form, too."""
    assert faults(tmp_path, text) == FAULTS[text]


@pytest.mark.parametrize(
    ("line", "limits", "fault"),
    [
        ("sku,bolt,0,3,5,", Limits(bins=3), "line 3: pod 0 has no bin 3 (a pod has bins 0 to 2)"),
        ("sku,bolt,0,0,5,", Limits(bin_units=4), "line 3: 5 units of 'bolt' don't fit bin 0.0 (a bin takes 4)"),
        ("sku,bolt,0,0,5,", Limits(names={"bolts"}), "line 3: SKU 'bolt' is unknown (did you mean bolts?)"),
        (
            'pod,,1,,,"1,1"',
            Limits(FLOOR),
            "line 3: place 1,1 is no storage cell but aisle (pods stand on storage cells; podfleet layout show draws them)",
        ),
        (
            'pod,,1,,,"99,1"',
            Limits(FLOOR),
            "line 3: place 99,1 is outside the floor (rows are 0 to 10, columns 0 to 11)",
        ),
    ],
)
def test_a_plan_has_to_fit_the_floor(tmp_path: Path, line: str, limits: Limits, fault: str) -> None:
    """Bins, units, SKUs and places are checked where the reader knows them."""
    assert faults(tmp_path, f"{HEAD}{PLACES}{line}\n", limits) == [fault]


def test_many_faults_are_counted_and_files_that_are_none_are_reported(tmp_path: Path) -> None:
    """Twenty faults are listed one by one."""
    many = faults(tmp_path, HEAD + "x,,,,,\n" * 25)
    assert len(many) == 21
    assert many[-1].endswith("has 5 more faults like these")
    (tmp_path / "plan.csv").write_bytes(b"\xff\xfd\x01")
    with pytest.raises(InputError, match="line 1: is not UTF-8: byte 0xFF"):
        read_plan(tmp_path / "plan.csv")
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_plan(tmp_path / "none.csv")
    with pytest.raises(InputError, match="can't be written to"):
        write_plan(tmp_path / "none" / "plan.csv", read(tmp_path, GOOD))


def test_the_judge_sees_the_pod_with_most_of_a_sku_first() -> None:
    """Other pods are copies; unrequested SKUs are passed over, and a missing one is named."""
    contents = {(0, 0): ("b", 2), (0, 1): ("a", 1), (1, 0): ("b", 2), (1, 1): ("b", 1), (1, 2): ("c", 9)}
    plan = plan_of(contents, np.array([(0, 0), (0, 1)], np.int32))
    slotting = most_of(plan, ("a", "b"))
    assert slotting.pod.tolist() == [0, 1]
    assert slotting.more.tolist() == [[1, 0]]
    with pytest.raises(KeyError, match="d"):
        most_of(plan, ("a", "d"))


def test_lines_of_other_skus_can_be_left_out() -> None:
    """An order that loses all of its lines is left out too; SKUs without orders stay."""
    history = history_of([("1", "a", 1, 0.0), ("1", "b", 2, 0.0), ("2", "b", 3, 5.0), ("3", "c", 4, 9.0)])
    part, left_out = held_part(history, {"c", "a", "z"})
    assert part.names == ("a", "c", "z")
    assert (part.first.tolist(), part.sku.tolist(), part.units.tolist()) == ([0, 1, 2], [0, 1], [1, 4])
    assert (part.moment.tolist(), left_out) == ([0.0, 9.0], 2)
