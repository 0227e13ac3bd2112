"""A run's summary on the terminal: every figure in words, whatever its shape."""

from typing import Any

import pytest

from controller.cli.shared.scenario_options import in_words, show
from controller.run import SimulatedRun
from tests.support.floor.tiny_site import TINY, tiny


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        ({}, "none"),
        ([], "none"),
        ((), "none"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (1234.5, "1,234.500"),
        (1234, "1,234"),
        ("demo", "demo"),
        ({"bad_date": 2, "too many": 1}, "2 bad date; 1 too many"),
        ({"fit": None}, "– fit"),
        ({"by_kind": {}}, "none by kind"),
        ([None, 1.0, {}], "–, 1.000, none"),
    ],
)
def test_every_shape_of_a_figure_is_words(value: Any, words: str) -> None:
    """A dash for what there is none of, "none" for nothing counted, and numbers with their kind."""
    assert in_words(value) == words


def test_a_summary_shows_no_value_as_python_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    """One of a run in which nothing could be measured, and the same with all of its figures undefined."""
    with SimulatedRun(tiny(TINY, run={"ticks": 1}, orders={"per_station_hour": 0, "backlog": 0})) as run:
        run.step()
        summary = run.finish().as_dict()
    for figures in (summary, {key: empty(value) for key, value in summary.items()}):
        show(figures, as_json=False)
        shown = capsys.readouterr().out
        assert "–" in shown
        assert not [sign for sign in ("None", "{", "}", "[", "]", "nan", "True", "False") if sign in shown], shown


def test_what_nobody_has_checked_is_not_called_0(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --check orders are not checked, and only plain collisions are noticed; with it 0 is 0."""
    monkeypatch.setenv("COLUMNS", "200")
    unchecked = {"seed": 1234, "ticks": 1, "collisions": 0, "stock_errors": 2, "order_errors": 0, "checked": False}
    rows = []
    for summary in (unchecked, unchecked | {"checked": True}):
        show(summary, as_json=False)
        rows.append(dict(line.strip().split("  ", 1) for line in capsys.readouterr().out.splitlines()))
    told = [
        [row[name].strip() for name in ("seed", "collisions", "stock errors", "order errors", "checked")]
        for row in rows
    ]
    assert told == [
        ["1234", "0 noticed, not checked", "2", "not checked", "no; --check does it at every tick"],
        ["1234", "0", "2", "0", "yes"],
    ]


def empty(value: Any) -> Any:
    """Return the text of a figure without anything to measure."""
    return value if isinstance(value, str | int | dict) and value != {} and not isinstance(value, bool) else None
