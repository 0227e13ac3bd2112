"""Orders go by the customer's number, exactly as the customer writes it: "88" is not "000088"."""

from collections.abc import Iterable
from itertools import islice

_MOST = 3


def near_names(wanted: str, names: Iterable[str]) -> list[str]:
    """Return the names that could be meant: those that differ in zeros in front, case and blanks alone, three at most."""
    plain = _plain(wanted)
    return list(islice((name for name in names if _plain(name) == plain), _MOST))


def no_order(wanted: str, names: Iterable[str]) -> str:
    """Return the sentence about an order that nobody knows, with the names that could be meant."""
    near = near_names(wanted, names)
    return f"there is no order {wanted}" + (f"; there is {' and '.join(near)}" if near else "")


def _plain(name: str) -> str:
    return name.strip().casefold().lstrip("0")
