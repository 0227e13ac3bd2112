"""Numbers: unambiguous ones are read, and three digits after a point or comma only if the decimal sign is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.tabular.numbers import BadNumber, real, whole


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12", "", 12), ("3.0", "", 3), ("3.00", "", 3), ("3,0", "", 3), ("-1", "", -1), ("+2", "", 2), ("1234.0", "", 1234),
        ("1.000", ",", 1000), ("1,000", ",", 1), ("1.000", ".", 1), ("1,234", ".", 1234), ("1.234.567,00", ",", 1234567),
        ("1.000,00", "", 1000), ("1,000.00", "", 1000), ("1'000", ".", 1000), ("1 000", ",", 1000),
        (",0", "", 0), (".0", "", 0), ("-.00", "", 0),
    ],
)  # fmt: skip
def test_whole_numbers_are_read(text: str, decimal: str, value: int) -> None:
    """Digits, zeros after a decimal sign, and groups of three where the sign is known."""
    assert whole(text, decimal) == value


@pytest.mark.parametrize(
    ("text", "decimal", "why"),
    [
        ("1.000", "", "may be thousands or decimals"),
        ("1,234", "", "may be thousands or decimals"),
        ("1.234.567", "", "may be thousands or decimals"),
        ("1.5", "", "is not a whole number"),
        (",5", "", "is not a whole number"),
        ("1,50", "", "is not a whole number"),
        ("nan", "", "is not a whole number"),
        ("1e3", "", "is not written in digits"),
        ("1_000", "", "is not a number"),
        ("12\u0663", "", "is not a number"),
        ("6 pcs", "", "is not a number"),
        ("", "", "is not a number"),
        ("12,34", ".", "is not a number"),
        ("1.00.000", ",", "is not a number"),
    ],
)
def test_ambiguous_values_are_refused(text: str, decimal: str, why: str) -> None:
    """The message gives the reason."""
    with pytest.raises(BadNumber, match=why):
        whole(text, decimal)


def test_prices_are_read_by_the_same_rule() -> None:
    """Two decimals are unambiguous, three are not; 0.125 cannot be thousands."""
    assert [real(text) for text in ("12.99", "12,99", "0.125", ".5", "1234.567")] == [
        12.99,
        12.99,
        0.125,
        0.5,
        1234.567,
    ]
    assert (real("1.299", "."), real("1.299", ",")) == (1.299, 1299.0)
    with pytest.raises(BadNumber, match="thousands"):
        real("1.299")


@given(st.integers(-(10**12), 10**12), st.sampled_from([".", ","]))
def test_a_number_written_with_a_known_sign_is_read_as_written(value: int, decimal: str) -> None:
    """Numbers may be grouped or not, with decimals or not."""
    grouped = f"{value:,}" if decimal == "." else f"{value:,}".replace(",", ".")
    assert whole(str(value), decimal) == whole(grouped, decimal) == whole(f"{grouped}{decimal}00", decimal) == value
