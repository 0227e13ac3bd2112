"""Every command that takes an order file takes the options that say how it is written, and reads the same files."""

import json
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from controller.cli.app import app
from layout.errors import InputError
from tests.support.floor.tiny_site import TINY

OPTIONS = {"--column", "--date-format", "--separator", "--encoding", "--decimal", "--number-by"}
ROWS = "".join(f"{n};Schl\u00fcssel {n % 3};2,000;{n % 9 + 1:02}/04/2024 8:15\n" for n in range(12))
GERMAN = ("Nr;Ware;Menge;Wann\n" + ROWS).encode("cp1252")
COLUMNS = ("--column", "order_id=Nr", "--column", "sku=Ware", "--column", "timestamp=Wann")
SAID = (*COLUMNS, "--date-format", "dayfirst", "--decimal", ",", "--encoding", "cp1252")


def commands(group: click.Command, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], set[str]]:
    """{words of a command: its options}, of all commands."""
    if not hasattr(group, "commands"):
        return {path: {word for parameter in group.params for word in parameter.opts}}
    inner = (commands(one, (*path, name)) for name, one in group.commands.items())
    return {words: options for found in inner for words, options in found.items()}


def test_every_command_that_takes_an_order_file_has_the_options() -> None:
    """No other command has them."""
    found = commands(typer.main.get_command(app))
    taking = {words for words, options in found.items() if "--orders" in options} | {("orders", "submit")}
    assert taking >= {("run",), ("serve",), ("forecast",), ("slot", "plan"), ("slot", "prove"), ("slot", "analyze")}
    assert {words for words, options in found.items() if options >= OPTIONS} == taking
    assert {words for words, options in found.items() if options & {"--date-format", "--decimal"}} == taking


def analyzed(folder: Path, *words: str) -> dict[str, object]:
    path = folder / "export.csv"
    path.write_bytes(GERMAN)
    outcome = CliRunner().invoke(app, ["slot", "analyze", str(TINY), "--orders", str(path), "--json", *words])
    if isinstance(outcome.exception, InputError):
        raise outcome.exception
    found: dict[str, object] = json.loads(outcome.stdout)
    return found


def test_an_export_is_read_as_its_options_say(tmp_path: Path) -> None:
    """Names of columns, dates, decimals and encoding of another program."""
    found = analyzed(tmp_path, *SAID)
    assert (found["orders"], found["units"], found["from"]) == (12, 24, "2024-04-01")


def test_an_option_that_cant_be_meant_is_an_input_error(tmp_path: Path) -> None:
    """Named as it was typed."""
    with pytest.raises(InputError, match="--separator: ':' can't be used"):
        analyzed(tmp_path, *SAID, "--separator", ":")
    with pytest.raises(InputError, match="--number-by: 'week' can't be used"):
        analyzed(tmp_path, *SAID, "--number-by", "week")
