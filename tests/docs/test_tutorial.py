"""The tutorial "Why is an order late?", done key by key and click by click, as it is written."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from controller.cli.app import main
from tests.support.window.panel_user import PanelUser
from tests.support.window.pixels import box_of_cell, colours_in
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource, floor_of
from visualizer.style.palette import DAY
from visualizer.window.window import Window

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial" / "why-is-an-order-late.md").read_text(encoding="utf-8")
RUN = shlex.split(re.findall(r"^podfleet (run .*)$", PAGE, re.MULTILINE)[0])
AT = int(re.findall(r"--at (\d+)", PAGE)[0])
ANSWER = re.sub(r"\d+", r"\\d+", re.escape(" ".join(re.findall(r"^> (.*)$", PAGE, re.MULTILINE))))
"""Words of the page's sentence; its figures depend on the floor's decisions, which may get better."""
NAME = re.findall(r"^# Why is order (\d+) late", PAGE)[0]
FEW = 10
"""Keystrokes and clicks that an answer may take less than."""


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of the page."""
    record = tmp_path_factory.mktemp("tutorial") / RUN[-1]
    words = [str(ROOT / word) if word.startswith("maps/") else word for word in RUN[:-1]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["podfleet", *words, str(record)])
        with pytest.raises(SystemExit, match=r"^(0|None)$"):
            main()
    return record


@pytest.fixture
def user(late: Path) -> Iterator[PanelUser]:
    """In front of the window, at the tick of the page."""
    source = RecordSource(late)
    window = Window(source, floor_of(source.header, source.name), (1280, 720), 1.0)
    window.player.stand(AT)
    user = PanelUser(window)
    user.settle()
    yield user
    window.close()
    source.close()


def test_with_the_keyboard(user: PanelUser) -> None:
    """A slash, the order without its zeros, and return: the panel says why it is late, and its station has a frame."""
    user.key(pygame.K_SLASH, "/")
    user.type(f"o {int(NAME)}")
    user.key(pygame.K_RETURN)
    assert user.done < FEW
    assert user.title == f"order {NAME}"
    assert re.fullmatch(ANSWER, user.under("why late")[0])
    assert _frame_around(user, "pack-1")


def test_with_the_mouse(user: PanelUser) -> None:
    """The station in the list, the order on its page: the same answer after two clicks."""
    stations = [info.id for info in user.window.renderer.scene.header.stations]
    user.click_on(Selection(Thing.STATION, stations.index("pack-1")))
    assert user.title == "pack-1"
    user.click_on(selection(user))
    assert user.done < FEW
    assert re.fullmatch(ANSWER, user.under("why late")[0])


def test_behind_the_answer(user: PanelUser) -> None:
    """Links lead from the order to its pod, to the pod's events, to the moment at which it was fetched, and back."""
    user.window.select(selection(user))
    user.see()
    pods = [line.link for line in user.lines if line.link and line.link.thing is Thing.POD]
    user.scroll_to(pods[-1])
    user.click_on(pods[-1])
    assert user.title == f"pod {pods[-1].number}"
    user.key(pygame.K_e, "e")
    assert all(line.tick <= AT for line in user.lines)
    event = next(line for line in user.lines if line.tick >= 0)
    user.click_on(tick=event.tick)
    assert user.window.player.position == event.tick
    for _ in range(2):
        user.key(pygame.K_LEFTBRACKET, "[")
    assert user.window.selection == selection(user)
    assert user.done < FEW


def selection(user: PanelUser) -> Selection:
    """The order of the page."""
    number = user.window.renderer.history.order_named(NAME)
    assert number is not None
    return Selection(Thing.ORDER, number)


def _frame_around(user: PanelUser, name: str) -> bool:
    """Return whether a station's cell is framed in the colour of the selection."""
    scene, surface = user.window.renderer.scene, user.see()
    index = [info.id for info in scene.header.stations].index(name)
    row, col = scene.grid.at(scene.stations[index].cell)
    box = box_of_cell(surface, user.window.camera, row, col)
    return DAY.accent in colours_in(surface, box.inflate(10, 10))
