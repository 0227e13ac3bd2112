"""The desk of a run with a window: what is asked there over loopback is done to the simulated floor."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import zmq

from controller.serving.window_requests import LiveDesk
from controller.site.site import Site
from controller.tick import tick
from layout.errors import InputError
from robots.link.messages import encode
from robots.requests import requests as desk
from robots.requests.client import DeskClient
from robots.requests.requests import Request, Result
from tests.support.floor.tiny_site import tiny_site
from tests.support.processes.patience import PATIENCE_S

ME = "window"


@pytest.fixture
def site() -> Site:
    site = tiny_site(orders={"backlog": 30})
    for _ in range(8):
        tick(site)
    return site


@contextmanager
def serving(live: LiveDesk) -> Iterator[None]:
    """Answers in a thread, as a run does that stands still."""
    end = threading.Event()

    def serve() -> None:
        while not end.wait(0.005):
            live.answer()

    loop = threading.Thread(target=serve)
    loop.start()
    try:
        yield
    finally:
        end.set()
        loop.join()


def ask(live: LiveDesk, *requests: Request, token: str = "secret", wait_s: float = PATIENCE_S) -> list[Result]:
    with serving(live), DeskClient(live.address, token=token, wait_s=wait_s, tries=2) as client:
        return [client.ask(request) for request in requests]


def test_a_paused_robot_stands_until_it_is_resumed(site: Site) -> None:
    """The others drive; nobody is stuck for good."""
    before = site.robots.cell.copy()
    tick(site)
    robot = int((site.robots.cell != before).nonzero()[0][0])
    with LiveDesk(site, "secret") as live:
        (result,) = ask(live, desk.Pause(ME, "1", robot))
        assert result.text == f"robot {robot} stands still until it is resumed"
        tick(site)  # the cell that it was on its way to
        before = site.robots.cell.copy()
        for _ in range(15):
            tick(site)
        assert site.robots.cell[robot] == before[robot]
        assert (site.robots.cell != before).any()
        assert ask(live, desk.Resume(ME, "2", robot))[0].ok
        for _ in range(30):
            tick(site)
    assert site.robots.cell[robot] != before[robot]


def test_a_paused_floor_stands_while_time_goes_on(site: Site) -> None:
    """No robot moves and nobody is taken for faulty; after that all drive on."""
    with LiveDesk(site, "secret") as live:
        ask(live, desk.Pause(ME, "1"))
        tick(site)  # the cells that they were on their way to
        before = site.robots.cell.copy()
        for _ in range(120):
            tick(site)
        assert (site.robots.cell == before).all()
        assert not site.robots.stopped.any()
        assert not site.closed
        ask(live, desk.Resume(ME, "2"))
        for _ in range(20):
            tick(site)
    assert (site.robots.cell != before).sum() > 1


def test_the_same_request_is_done_once(site: Site) -> None:
    """Its answer is the same again."""
    name = next(iter(site.book.backlog.values())).name
    with LiveDesk(site, "secret") as live:
        first, again, other = ask(
            live, desk.Cancel(ME, "1", name), desk.Cancel(ME, "1", name), desk.Cancel(ME, "2", name)
        )
    assert first == again
    assert (first.text, other.ok) == (f"order {name} is cancelled", False)


def test_without_the_token_nothing_is_done(site: Site) -> None:
    """A wrong token, none, or what is no request: counted, and not answered."""
    with LiveDesk(site, "secret") as live:
        with pytest.raises(InputError, match="no answer"):
            ask(live, desk.Pause(ME, "1"), token="guess", wait_s=0.3)
        with pytest.raises(InputError, match="no answer"):
            ask(live, desk.Pause(ME, "1"), token="", wait_s=0.3)
        with zmq.Context() as context, context.socket(zmq.DEALER) as socket, serving(live):
            socket.connect(live.address)
            socket.send_multipart([b"secret", b"hello"])
            socket.send_multipart([b"secret", encode(desk.Pause(ME, "1")), b"more"])
            while live.refused < 6:
                pass
    assert not site.desk.floor_paused


def test_stop_ends_the_run(site: Site) -> None:
    """It is told to whoever runs it."""
    with LiveDesk(site, "secret") as live:
        assert not live.stopped
        ask(live, desk.Stop(ME, "1"))
        assert live.stopped
