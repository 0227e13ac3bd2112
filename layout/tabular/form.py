"""How a table of text is written, and how its user may say so."""

from dataclasses import dataclass

OPTIONS = {
    "encoding": "--encoding",
    "separator": "--separator",
    "decimal": "--decimal",
    "timestamp": "--date-format",
    "columns": "--column",
    "number_by": "--number-by",
}
"""Command line options that say the same as a scenario's settings."""


@dataclass(frozen=True, slots=True)
class Form:
    """encoding, separator, decimal, timestamp: as the settings of `[orders]`; "" is found out from the file.

    section: the scenario's table that has the settings, "" if there is none. options: whether the command has `OPTIONS`.
    """

    encoding: str = ""
    separator: str = ""
    decimal: str = ""
    timestamp: str = ""
    section: str = ""
    options: bool = False

    def way(self, key: str, value: str) -> str:
        """Return how a user sets a key: the line of the scenario, and the option."""
        word = f'"{value}"' if not value.isalnum() and value not in (",", ".") else value
        ways = [f'{key} = "{value}" in {self.section}'] if self.section else []
        ways += [f"{OPTIONS[key]} {word}"] if self.options else []
        return " or ".join(ways)

    def column(self, field: str, name: str = "…") -> str:
        """Return how a user names the column of a field, "" where that isn't possible."""
        ways = [f'{field} = ["{name}"] in [orders.columns]'] if self.section == "[orders]" else []
        ways += [f'--column "{field}={name}"'] if self.options else []
        return " or ".join(ways)


PLAIN = Form()
