"""Foreign texts, escaped for each kind of reader."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.escaping import LineFormatter, cell, from_cell, in_a_line, markup

FORMULAS = ["=1+2", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "＝1", "'=1", "''@x", "-"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_no_formula_in_a_spreadsheet(text: str) -> None:
    """An apostrophe stands before it, and is removed when read."""
    assert cell(text) == "'" + text
    assert from_cell(f"'{text}") == text


@pytest.mark.parametrize("value", ["A-1", "-12", "+4.5", "-1e-05", "", "'s", "1+1", 7, -7, 0.5, None])
def test_other_texts_stay(value: object) -> None:
    """Numbers with a sign are numbers."""
    assert cell(value) == value


@given(st.text())
def test_cells_come_back(text: str) -> None:
    """The texts have no terminal controls; formulas and apostrophes are among them."""
    shown = in_a_line(text)
    assert from_cell(str(cell(text))) == shown


@given(st.text())
def test_a_line_is_one_line_without_terminal_controls(text: str) -> None:
    """All printable characters stay."""
    shown = in_a_line(text)
    assert len(shown.splitlines()) <= 1
    assert all(sign.isprintable() or sign in "\u00a0\u2009\u202f" for sign in shown)
    assert shown == text or not text.isprintable()


def test_terminal_controls_are_spelt_out() -> None:
    """Colours, line ends, direction marks and invalid bytes are spelt out."""
    assert in_a_line("a\x1b[31mb\r\nc\u202ed\udcff") == "a\\x1b[31mb\\r\\nc\\u202ed\\udcff"


def test_markup_is_text() -> None:
    """The text is escaped in content and attributes."""
    assert markup("<b a=\"1\" c='2'>&\x00\n</b>") == "&lt;b a=&quot;1&quot; c=&#x27;2&#x27;&gt;&amp;\\x00\n&lt;/b&gt;"


def test_nobody_writes_a_second_log_line() -> None:
    """A quotation in a message stays in its line; a traceback has its own lines."""
    made = logging.makeLogRecord(
        {"msg": "robot says %s", "args": ("x\n12:00:00 INFO all is well",), "levelname": "INFO"}
    )
    assert LineFormatter("%(levelname)s %(message)s").format(made) == "INFO robot says x\\n12:00:00 INFO all is well"
