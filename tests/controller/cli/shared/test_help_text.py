"""Help and messages with square brackets: all of it is printed."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table
from typer.main import get_command
from typer.testing import CliRunner

import controller.cli.app
from controller.cli.app import app, main
from controller.cli.shared.output import print_table
from controller.cli.shared.terminal import progress_bar, status
from controller.cli.shared.viewer import PASSED_ON


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it."""
    yield words, command
    for word, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*words, word))


TREE = dict(commands(get_command(app)))


def test_what_takes_no_value_shows_no_type() -> None:
    """Flags and --help, whatever typer thinks of them."""
    for words in ("run", "layout show", "bench lorr"):
        told = CliRunner().invoke(app, [*words.split(), "--help"]).stdout
        assert "--help" in told
        assert "bool" not in told.lower()


def written(text: str) -> str:
    """A help text as it stands in the source, without blanks."""
    return re.sub(r"\s|\\(?=\[)", "", inspect.cleandoc(text))


OWN = [words for words, command in TREE.items() if command.context_settings != PASSED_ON]
"""Commands that write their help themselves."""


@pytest.mark.parametrize("words", OWN, ids=" ".join)
def test_help_shows_all_of_its_text(words: tuple[str, ...]) -> None:
    """Each sentence about the command and its parameters, brackets and all."""
    done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "1000", "TERMINAL_WIDTH": "1000"})
    assert done.exit_code == 0
    shown = re.sub(r"\s|│", "", done.stdout)
    command = TREE[words]
    for entry in (command, *command.params):
        assert written(getattr(entry, "help", None) or "") in shown


@pytest.mark.parametrize(("words", "option"), [(["view"], "--headless"), (["layout", "edit"], "--picture")])
def test_help_of_the_window_shows_its_options(words: list[str], option: str) -> None:
    """The visualizer writes it: it knows them."""
    program = [sys.executable, "-c", "from controller.cli.app import main; main()"]
    done = subprocess.run([*program, *words, "--help"], capture_output=True, text=True, check=True)
    assert f"usage: podfleet {' '.join(words)}" in done.stdout
    assert option in done.stdout


def test_help_shows_a_table_of_a_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The names of tables in TOML files are what looks like markup most."""
    monkeypatch.setattr(sys, "argv", ["podfleet", "layout", "variants", "--help"])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        main()
    assert "Values of a parameter of [floor.generate]; repeat the option for more." in capsys.readouterr().out


def test_messages_keep_square_brackets(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In file faults, wrong options, tables, progress bars and status lines."""
    for words in (["layout", "check", "[orders.columns].toml"], ["layout", "check", "--[orders.columns]"]):
        monkeypatch.setattr(sys, "argv", ["podfleet", *words])
        with pytest.raises(SystemExit):
            main()
        assert "[orders.columns]" in capsys.readouterr().err
    table = Table(title="[title]")
    table.add_column("[head]")
    table.add_row("[/cell] :warning:")
    print_table(table)
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("[title]", "[head]", "[/cell] :warning:"))
    with progress_bar() as progress:
        progress.add_task("[orders.columns]", total=1)
    with status("[orders.columns]"):
        assert "[orders.columns]" in capsys.readouterr().err


def test_consoles_are_made_in_one_place() -> None:
    """No other place creates a console or a bar's text, so that none reads markup."""
    folder = Path(controller.cli.app.__file__).parents[1]
    makers = {path.name for path in folder.rglob("*.py") if re.search(r"Console\(|TextColumn\(", path.read_text())}
    assert makers == {"output.py"}
