"""`podfleet keys` from the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from controller.cli.live.keys import keys_app
from layout.errors import InputError


def run(*words: str | Path) -> str:
    """Return the output of a command; its InputError is raised."""
    result = CliRunner().invoke(keys_app, [str(word) for word in words], env={"COLUMNS": "80"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_make_add_and_revoke(tmp_path: Path) -> None:
    """A line each; make says what to do with the files."""
    folder = tmp_path / "keys"
    made = run("make", folder, "--robots", "3").splitlines()
    assert made[0] == f"{folder}: 7 keys and registry.toml"
    assert "server.key and registry.toml" in made[1]
    assert run("add", folder, "viewer-2") == f"{folder / 'viewer-2.key'}: written\n"
    assert run("revoke", folder, "viewer-2") == "viewer-2: revoked, and its file deleted\n"
    (folder / "robot-1.key").unlink()
    assert run("revoke", folder, "robot-1") == "robot-1: revoked\n"


def test_groups(tmp_path: Path) -> None:
    """A key for each range."""
    assert run("make", tmp_path / "keys", "--robots", "100", "--groups", "3").startswith(f"{tmp_path / 'keys'}: 7 keys")
    assert (tmp_path / "keys" / "robots-33-65.key").exists()


def test_a_second_make_is_refused(tmp_path: Path) -> None:
    """It is an input error, which the command line tells in a line."""
    run("make", tmp_path / "keys", "--robots", "1")
    with pytest.raises(InputError, match="is not empty, and no key is written over"):
        run("make", tmp_path / "keys", "--robots", "1")


@pytest.mark.parametrize("words", [[], ["--robots", "0"], ["--robots", "1", "--groups", "-1"]])
def test_how_many_robots_has_to_be_said(tmp_path: Path, words: list[str]) -> None:
    """At least one."""
    result = CliRunner().invoke(keys_app, ["make", str(tmp_path / "keys"), *words])
    assert result.exit_code == 2
    assert not (tmp_path / "keys").exists()
