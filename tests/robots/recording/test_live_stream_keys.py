"""The live link with keys: who sees the floor, and who doesn't, on real sockets over loopback."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zmq

from controller.link.authentication import Authenticator
from controller.link.connections import Connections
from controller.link.key_folder import add_key, revoke_key
from layout.errors import InputError
from robots.link.keys import Key, Registry
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header
from robots.recording.live_stream import FramePublisher, FrameSubscriber
from robots.recording.view_commands import AnyCommand, Pause
from tests.support.link.key_ring import KeyRing
from tests.support.processes.patience import wait_until

_REFUSED_MS = 300
HEADER = Header(1, "small", 1, 1.0, 0.0, 1, 0, "floor", [], ["bolt"], {})


def frame(tick: int) -> Frame:
    return Frame(tick, np.zeros(1, ROBOT_DTYPE), np.zeros(0, STATION_DTYPE), np.zeros(0, np.int32), {})


class Floor:
    """A publisher with keys, whose authenticator shares its context, and its viewers."""

    def __init__(self, ring: KeyRing) -> None:
        self.context = zmq.Context()
        self.authenticator = Authenticator(self.context, Registry(ring.registry))
        self.connections = Connections(self.context)
        self.publisher = FramePublisher(
            HEADER,
            "token",
            key=ring["server"],
            context=self.context,
            guard=self.connections.watch,
            key_of=lambda message: entry.name if (entry := self.authenticator.entry(message)) else None,
        )
        self.viewers: list[FrameSubscriber] = []

    @property
    def refused(self) -> int:
        return self.authenticator.refused + self.connections.failed

    def viewer(self, key: Key | None) -> FrameSubscriber:
        made = FrameSubscriber(self.publisher.address, self.publisher.control, "token", key=key)
        self.viewers.append(made)
        return made

    def turn(self) -> list[AnyCommand]:
        """Do what a server's loop does all the time."""
        self.authenticator.answer()
        self.connections.look()
        return self.publisher.commands()

    def shows(self, viewer: FrameSubscriber, tick: int) -> bool:
        """Return whether a viewer receives a frame, published repeatedly, within its time."""
        for _ in range(_REFUSED_MS // 10):
            self.turn()
            self.publisher.publish(frame(tick), [])
            if any(one.tick == tick for one in viewer.receive(10)[0]):
                return True
        return False

    def close(self) -> None:
        for viewer in self.viewers:
            viewer.close()
        self.publisher.close()
        self.connections.close()
        self.authenticator.close()
        self.context.term()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def floor(ring: KeyRing) -> Iterator[Floor]:
    opened = Floor(ring)
    yield opened
    opened.close()


def test_a_viewer_with_its_key_sees_the_floor(floor: Floor, ring: KeyRing) -> None:
    """Header, frames, and its commands get through: both sockets know the key."""
    viewer = floor.viewer(ring["viewer"])
    wait_until(lambda: floor.shows(viewer, 7))
    assert viewer.header == HEADER
    viewer.send(Pause())
    taken: list[AnyCommand] = []
    wait_until(lambda: (taken.extend(floor.turn()), bool(taken))[1])
    assert (taken, floor.publisher.refused, floor.refused) == ([Pause()], 0, 0)


@pytest.mark.parametrize("name", ["robot-0", "operator", "orders", "server", "unknown", ""])
def test_nobody_else_sees_it_or_commands_it(floor: Floor, ring: KeyRing, name: str) -> None:
    """Not with a key of another role, an unknown one, or none; each is counted."""
    key = ring.unknown() if name == "unknown" else ring[name] if name else None
    viewer = floor.viewer(key)
    viewer.send(Pause())
    wait_until(lambda: (floor.turn(), floor.refused)[1])
    assert not floor.shows(viewer, 7)
    assert (viewer.header, floor.turn()) == (None, [])


def test_a_viewer_with_a_key_sees_no_floor_without(ring: KeyRing) -> None:
    """A process that has taken the floor's address can't show false frames."""
    with FramePublisher(HEADER) as publisher, FrameSubscriber(publisher.address, key=ring["viewer"]) as viewer:
        for _ in range(_REFUSED_MS // 10):
            publisher.publish(frame(1), [])
            assert viewer.receive(10) == ([], [])
        assert viewer.header is None


def test_a_revoked_viewer_sees_no_more_and_the_others_notice_nothing(floor: Floor, ring: KeyRing) -> None:
    """Over the connection that it has, and over a new one."""
    add_key(ring.folder, "viewer-2")
    key = ring["viewer"]
    revoked, kept = floor.viewer(key), floor.viewer(ring["viewer-2"])
    for viewer in (revoked, kept):
        wait_until(lambda viewer=viewer: floor.shows(viewer, 1))
    revoke_key(ring.folder, "viewer")
    gone = floor.authenticator.revoked()
    assert gone == {"viewer"}
    floor.publisher.forget(gone)
    floor.publisher.publish(frame(2), [])
    wait_until(lambda: any(one.tick == 2 for one in kept.receive(10)[0]))
    assert not floor.shows(revoked, 3)
    assert not floor.shows(floor.viewer(key), 3)


def test_an_address_that_others_can_reach_needs_keys() -> None:
    """The refusal says how to make them."""
    with pytest.raises(InputError, match=r"can be reached by other machines, and needs keys \(podfleet keys make"):
        FramePublisher(HEADER, address="tcp://0.0.0.0:*")


def test_a_key_without_a_gates_context_is_a_mistake(ring: KeyRing) -> None:
    """Nobody would ever be let in."""
    with pytest.raises(ValueError, match="needs the context of an authenticator"):
        FramePublisher(HEADER, key=ring["server"])


def test_a_context_that_is_shared_outlives_the_publisher(ring: KeyRing) -> None:
    """It is closed by whose it is."""
    with zmq.Context() as context:
        FramePublisher(HEADER, context=context).close()
        assert not context.closed
