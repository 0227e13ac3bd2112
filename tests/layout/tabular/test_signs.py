"""Names without invisible differences: invisible characters make no second SKU, and impossible names are refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.tabular.signs import BadText, clean, cleaned


@pytest.mark.parametrize(
    "text",
    [
        "Gr\u00fcn",
        "Gru\u0308n",
        "\ufeffGr\u00fcn",
        "Gr\u200b\u00fcn",
        "Gr\u00fc\u200dn\u2060",
        " Gr\u00fcn\u00a0",
        "Gr\u00fc\u00adn",
    ],
)
def test_signs_that_nobody_sees_make_no_second_name(text: str) -> None:
    """Letters have one form, without zero-width signs, byte order marks, soft hyphens and surrounding blanks."""
    assert clean(text) == "Gr\u00fcn"


def test_a_blank_is_a_blank() -> None:
    """A no-break space, a thin one and a plain one are the same."""
    assert clean("M4\u00a0x\u202f10") == clean("M4 x 10")


@pytest.mark.parametrize(
    ("text", "sign"), [("bo\x00lt", "U+0000"), ("bolt\nnut", "U+000A"), ("Gr\ufffdn", "U+FFFD"), ("a\x85b", "U+0085")]
)
def test_control_signs_and_lost_letters_are_refused(text: str, sign: str) -> None:
    """The message names the sign by its number."""
    with pytest.raises(BadText, match=sign.replace("+", r"\+")):
        clean(text)
    assert cleaned(text) == text


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """A cleaned name has the form that others normalise to."""
    clean = cleaned(text)
    assert cleaned(clean) == clean or not clean.isprintable()
    if clean.isprintable():
        assert unicodedata.is_normalized("NFC", clean)
