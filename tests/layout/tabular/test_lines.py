"""A file's lines by column: faults are collected with their lines, and files are written all or not at all."""

import csv
from pathlib import Path

import pytest

from layout.errors import InputError
from layout.tabular.form import Form
from layout.tabular.lines import LineReader, writing_csv

COLUMNS = {"sku": ("sku", "item"), "units": ("units",), "note": ("note",)}


def reader(folder: Path, text: str, form: Form | None = None) -> LineReader:
    path = folder / "a.csv"
    path.write_text(text)
    return LineReader(path, COLUMNS, ("sku",), form or Form())


def test_lines_have_all_fields(tmp_path: Path) -> None:
    """A field without a column or a cell is empty, and an empty line is skipped."""
    assert list(reader(tmp_path, "item,units\nbolt , 3\n,\nnut\n").lines()) == [
        (2, {"sku": "bolt", "units": "3", "note": ""}),
        (4, {"sku": "nut", "units": "", "note": ""}),
    ]


def test_faults_are_reported_together(tmp_path: Path) -> None:
    """Faults of the reader come together with those of its user."""
    lines = reader(tmp_path, "sku,units\nbolt,1,2\nn\x01ut,1\nnut,x\n")
    accepted = [line for line, _ in lines.lines() if lines.accepts(line, [("has no note", "write one")])]
    with pytest.raises(InputError) as error:
        lines.finish([], "lines", "a line names a SKU")
    assert accepted == []
    assert [f"{problem.where}: {problem.what}" for problem in error.value.problems] == [
        "line 2: has 3 columns, the head line 2",
        "line 3: has the sign U+0001",
        "line 4: has no note",
    ]


def test_a_file_without_lines_is_refused(tmp_path: Path) -> None:
    """The message describes a line."""
    with pytest.raises(InputError, match=r"a\.csv: has no lines \(a line names a SKU\)"):
        reader(tmp_path, "sku\n").finish([], "lines", "a line names a SKU")


def test_a_number_lies_in_its_range(tmp_path: Path) -> None:
    """The file's decimal sign applies; a number with either thousands or decimals is refused."""
    plain, german = reader(tmp_path, "sku\n"), reader(tmp_path, "sku\n", Form(decimal=","))
    assert (plain.number("2.5", 0, 3), plain.number("2.5", 0, 2), plain.number("2.5", whole=True)) == (2.5, None, None)
    assert (plain.number("1.000"), german.number("1.000")) == (None, 1000.0)
    assert plain.wrong_number("has 1.000", "1.000", "write it")[0] == "has 1.000, which may be thousands or decimals"
    assert plain.wrong_number("has x", "x", "write a number") == ("has x", "write a number")


def test_several_files_are_written_or_none(tmp_path: Path) -> None:
    """An error in the block leaves no file behind."""
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    with pytest.raises(csv.Error), writing_csv(paths) as [first, _]:
        first.writerows([["sku"], None])
    assert list(tmp_path.iterdir()) == []
    with writing_csv(paths) as [first, second]:
        first.writerow(["sku", "a,b"])
        second.writerow(["units"])
    assert [path.read_text() for path in paths] == ['sku,"a,b"\n', "units\n"]
