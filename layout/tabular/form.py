"""Form of a text table, and the settings by which a user gives it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

OPTIONS = {
    "encoding": "--encoding",
    "separator": "--separator",
    "decimal": "--decimal",
    "timestamp": "--date-format",
    "columns": "--column",
    "number_by": "--number-by",
}
"""Command line options equivalent to a scenario's settings."""

_PLAIN_WORD = re.compile(r"[\w.,%/:-]+")
"""A value that needs no quotes in a shell."""


@dataclass(frozen=True, slots=True)
class Form:
    """Form of a table. encoding, separator, decimal, timestamp: as in the settings of `[orders]`; "" is detected from
    the file.

    section: the scenario's table with the settings, "" if there is none. options: whether the command has `OPTIONS`.
    named: whether a user can name columns.
    """

    encoding: str = ""
    separator: str = ""
    decimal: str = ""
    timestamp: str = ""
    section: str = ""
    options: bool = False
    named: bool = False

    def way(self, key: str, value: str) -> str:
        """Return how a user sets a key: the line of the scenario, and the option."""
        word = value if _PLAIN_WORD.fullmatch(value) else f'"{value}"'
        ways = [f'{key} = "{value}" in {self.section}'] if self.section else []
        ways += [f"{OPTIONS[key]} {word}"] if self.options else []
        return " or ".join(ways)

    def columns(self, names: Mapping[str, str]) -> str:
        """Return how a user names columns, "" if that is not possible. names: {field: name}."""
        ways: list[str] = []
        if self.named and self.section:
            ways.append(", ".join(f'{field} = ["{name}"]' for field, name in names.items()) + " in [orders.columns]")
        if self.named and self.options:
            ways.append(" ".join(f'--column "{field}={name}"' for field, name in names.items()))
        return " or ".join(ways)


PLAIN = Form()
