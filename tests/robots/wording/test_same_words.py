"""The window, `podfleet explain` and `podfleet track` say the same of the same order."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.cli.app import main
from controller.explain import explain
from controller.explain.parcels import track
from robots.histories.order_stages import STAGE_WORDS, Stage
from robots.recording.record import Record
from robots.wording.event_words import floor_of
from tests.support.window.panel_lines import Panel
from visualizer.inspector.inspector import Tab
from visualizer.inspector.page_lines import Line, Style
from visualizer.scene.scene import Thing
from visualizer.scene.sources import RecordSource

DEMO = Path(__file__).parents[3] / "maps" / "demo.toml"
TICKS = 420
RUN = f"run {DEMO} --headless --ticks {TICKS} --seed 9 --robots 12 --set orders.backlog=60 --set orders.due_s=240 --record"
EVENT = re.compile(r"  (.+) \(tick \d+\): (.*)")
"""A line about an event: time of day, and what happened."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve robots with 60 orders in the backlog: some are shipped, some late, some not yet released."""
    path = tmp_path_factory.mktemp("words") / "demo.pfr"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["podfleet", *RUN.split(), str(path)])
        with pytest.raises(SystemExit, match=r"^(0|None)$"):
            main()
    return path


@pytest.fixture(scope="module")
def record(path: Path) -> Iterator[Record]:
    with Record(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def panel(path: Path) -> Iterator[Panel]:
    source = RecordSource(path)
    yield Panel(source, floor_of(source.header))
    source.close()


@pytest.fixture(scope="module")
def orders(panel: Panel) -> dict[Stage, int]:
    """A late order of each stage."""
    histories = [panel.history.order(number, TICKS - 1) for number in range(60)]
    return {history.stage: history.number for history in histories if history and (history.late(TICKS - 1) or 0) > 0}


def explained(record: Record, panel: Panel, number: int) -> list[str]:
    return explain(record, order=panel.history.order_words(number).removeprefix("order "))


def joined(lines: list[Line]) -> list[tuple[str, str]]:
    """Time of day and text of events, each with its reason."""
    events: list[tuple[str, str]] = []
    for line in lines:
        if line.style is Style.WHEN:
            events.append((line.name, line.text))
        elif line.style is Style.WHY:
            events[-1] = events[-1][0], f"{events[-1][1]}: {line.text}"
    return events


def test_there_are_late_orders_of_several_stages(orders: dict[Stage, int]) -> None:
    """The following comparisons are not empty."""
    assert {Stage.BACKLOG, Stage.PICK, Stage.SHIPPED} <= set(orders)


def test_events_read_alike(record: Record, panel: Panel, orders: dict[Stage, int]) -> None:
    """Time, words and reason of every event of an order, and of those in its page the same words."""
    for number in orders.values():
        told = [match.groups() for line in explained(record, panel, number) if (match := EVENT.fullmatch(line))]
        assert joined(panel.lines(Thing.ORDER, number, TICKS - 1, Tab.EVENTS))[::-1] == told
        assert set(joined(panel.under("history", Thing.ORDER, number, TICKS - 1))) <= set(told)


def test_stages_read_alike(record: Record, panel: Panel, orders: dict[Stage, int]) -> None:
    """Name and length of each stage."""
    for number in orders.values():
        lines = panel.under("stages", Thing.ORDER, number, TICKS - 1)
        stages = [f"  {line.text}: {line.name}, " for line in lines]
        told = [line for line in explained(record, panel, number) if line.startswith(tuple(stages))]
        assert len(told) == len(stages) > 0


def test_lateness_is_explained_alike(record: Record, panel: Panel, orders: dict[Stage, int]) -> None:
    """One sentence, whoever is asked."""
    for number in orders.values():
        line, *_ = panel.under("why late", Thing.ORDER, number, TICKS - 1)
        assert explained(record, panel, number)[-1] == f"Why late: {line.text}"


def test_track_names_the_stage_of_the_window(record: Record, panel: Panel, orders: dict[Stage, int]) -> None:
    """In its last line."""
    for stage, number in orders.items():
        name = panel.history.order_words(number)
        assert panel.facts(Thing.ORDER, number, TICKS - 1)["state"].startswith(STAGE_WORDS[stage])
        assert track(record, name.removeprefix("order "))[-1].startswith(f"O{name[1:]} is {STAGE_WORDS[stage]}")
