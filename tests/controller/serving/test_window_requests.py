"""The desk of a run with a window: what is asked there over loopback is done to the simulated floor."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import zmq

from controller.serving.window_requests import WindowRequests
from controller.site.site import Site
from controller.tick import tick
from layout.errors import InputError
from robots.link.messages import encode
from robots.requests import requests
from robots.requests.client import RequestClient
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
def serving(live: WindowRequests) -> Iterator[None]:
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


def ask(live: WindowRequests, *wanted: Request, token: str = "secret", wait_s: float = PATIENCE_S) -> list[Result]:
    with serving(live), RequestClient(live.address, token=token, wait_s=wait_s, tries=2) as client:
        return [client.ask(request) for request in wanted]


def test_a_paused_robot_stands_until_it_is_resumed(site: Site) -> None:
    """The others drive; nobody is stuck for good."""
    before = site.robots.cell.copy()
    tick(site)
    robot = int((site.robots.cell != before).nonzero()[0][0])
    with WindowRequests(site, "secret") as live:
        (result,) = ask(live, requests.Pause(ME, "1", robot))
        assert result.text == f"robot {robot} is paused until it is resumed"
        tick(site)  # the cell that it was on its way to
        before = site.robots.cell.copy()
        for _ in range(15):
            tick(site)
        assert site.robots.cell[robot] == before[robot]
        assert (site.robots.cell != before).any()
        assert ask(live, requests.Resume(ME, "2", robot))[0].ok
        for _ in range(30):
            tick(site)
    assert site.robots.cell[robot] != before[robot]


def test_a_paused_floor_stands_while_time_goes_on(site: Site) -> None:
    """No robot moves and nobody is taken for faulty; after that all drive on."""
    with WindowRequests(site, "secret") as live:
        ask(live, requests.Pause(ME, "1"))
        tick(site)  # the cells that they were on their way to
        before = site.robots.cell.copy()
        for _ in range(120):
            tick(site)
        assert (site.robots.cell == before).all()
        assert not site.robots.stopped.any()
        assert not site.closed
        ask(live, requests.Resume(ME, "2"))
        for _ in range(20):
            tick(site)
    assert (site.robots.cell != before).sum() > 1


def test_the_same_request_is_done_once(site: Site) -> None:
    """Its answer is the same again."""
    name = next(iter(site.book.backlog.values())).name
    with WindowRequests(site, "secret") as live:
        first, again, other = ask(
            live, requests.Cancel(ME, "1", name), requests.Cancel(ME, "1", name), requests.Cancel(ME, "2", name)
        )
    assert first == again
    assert (first.text, other.ok) == (f"order {name} is cancelled", False)


def test_without_the_token_nothing_is_done(site: Site) -> None:
    """A wrong token, none, or what is no request: counted, and not answered."""
    with WindowRequests(site, "secret") as live:
        with pytest.raises(InputError, match="no answer"):
            ask(live, requests.Pause(ME, "1"), token="guess", wait_s=0.3)
        with pytest.raises(InputError, match="no answer"):
            ask(live, requests.Pause(ME, "1"), token="", wait_s=0.3)
        with zmq.Context() as context, context.socket(zmq.DEALER) as socket, serving(live):
            socket.connect(live.address)
            socket.send_multipart([b"secret", b"hello"])
            socket.send_multipart([b"secret", encode(requests.Pause(ME, "1")), b"more"])
            while live.refused < 6:
                pass
    assert not site.operator_state.floor_paused


def test_stop_ends_the_run(site: Site) -> None:
    """It is told to whoever runs it."""
    with WindowRequests(site, "secret") as live:
        assert not live.stopped
        ask(live, requests.Stop(ME, "1"))
        assert live.stopped
