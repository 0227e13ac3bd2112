"""A run beside its window: what the window may ask of it. The window is a program that does nothing."""

import subprocess
import sys
import threading

import pytest

from controller.run import SimulatedRun
from controller.serving import window_run
from controller.serving.window_requests import WindowRequests
from robots.recording.live_stream import FramePublisher, FrameSubscriber
from robots.recording.view_commands import Quit, Ready
from robots.requests import requests
from robots.requests.client import RequestClient
from robots.requests.requests import Result
from tests.support.floor.tiny_site import tiny
from tests.support.processes.patience import PATIENCE_S, wait_until
from visualizer.history import RunHistory
from visualizer.scene.sources import LiveSource


def test_the_run_does_what_its_window_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window is given the desk's address and the token; what it asks is done, and STOP ends the run."""
    told: list[str] = []
    results: list[Result] = []

    def window(publisher: FramePublisher, there: WindowRequests, token: str) -> subprocess.Popen[bytes]:
        def ask() -> None:
            with RequestClient(there.address, token=token) as client:
                results.append(client.ask(requests.Drain("window", "1")))
                results.append(client.ask(requests.Stop("window", "2")))

        threading.Thread(target=ask).start()
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

    monkeypatch.setattr(window_run, "_open_window", window)
    with SimulatedRun(tiny()) as run:
        window_run.run_with_window(run, told.append)
        assert run.site.operator_state.draining
        assert not run.done
    assert [result.ok for result in results] == [True, True]
    assert len(told) == 1
    assert told[0].startswith("to watch it in another window: podfleet view tcp://127.0.0.1:")


def test_the_run_begins_when_its_window_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the window takes to open, it hears of everything from tick 0 on: its stock and its tasks are known."""
    known: list[tuple[int, int, bool]] = []

    def window(publisher: FramePublisher, there: WindowRequests, token: str) -> subprocess.Popen[bytes]:
        def look_on() -> None:
            with FrameSubscriber(publisher.address, publisher.control, token) as subscriber:
                source = LiveSource(subscriber, "run", PATIENCE_S)
                source.wait(300)
                before = source.last_tick
                subscriber.send(Ready())
                wait_until(lambda: source.refresh() and source.last_tick >= 3)
                book = RunHistory(source)
                book.read(float("inf"))
                known.append((before, source.known_from, book.contents(0, 3).whole))
                subscriber.send(Quit())

        threading.Thread(target=look_on).start()
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

    monkeypatch.setattr(window_run, "_open_window", window)
    with SimulatedRun(tiny()) as run:
        window_run.run_with_window(run)
    assert known == [(-1, 0, True)]


def test_the_window_is_told_where_the_desk_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """By --desk; the token goes by the environment, where nobody else reads it."""
    commands: list[list[str]] = []
    monkeypatch.setattr(window_run.subprocess, "Popen", lambda command, env: commands.append(command))
    with (
        SimulatedRun(tiny()) as run,
        FramePublisher(run.header, "t") as publisher,
        WindowRequests(run.site, "t") as there,
    ):
        window_run._open_window(publisher, there, "very secret")
    assert commands[0][-4:] == ["--desk", there.address, "--token-env", "PODFLEET_VIEW_TOKEN"]
    assert "very secret" not in commands[0]
