"""Options of `podfleet serve` that can't be meant."""

import sys
from pathlib import Path

import pytest

from controller.cli.app import main
from layout.errors import InputError
from robots.link.curve_security import check_bind

TINY = Path(__file__).parents[4] / "maps" / "tiny.toml"


@pytest.mark.parametrize("bind", ["tcp://0.0.0.0:5600", "tcp://*:5600", "tcp://127.example.org:5600"])
def test_others_are_let_in_by_keys_only(
    bind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["podfleet", "serve", str(TINY), "--bind", bind])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert bind in told
    assert "podfleet keys make FOLDER --robots N" in told


def test_this_machine_is_let_in_without() -> None:
    check_bind("tcp://127.0.0.1:*", None)
    with pytest.raises(InputError, match="needs keys"):
        check_bind("tcp://10.0.0.1:5600", None)
