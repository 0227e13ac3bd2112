"""The live link between a floor and its viewers, over loopback sockets on free ports."""

import time
from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import pytest
import zmq
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.errors import InputError
from robots.recording.events import AnyEvent, TaskDone
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header, StationInfo, encode_frame
from robots.recording.live_stream import MOST_VIEWERS, FramePublisher, FrameSubscriber, _encode, _queue_length
from robots.recording.view_commands import AnyCommand, Command, Pause, Quit, Resume, Sealed, Speed, Step
from tests.support.processes.patience import PATIENCE_S, wait_until

TOKEN = "secret"
End = TypeVar("End", FramePublisher, FrameSubscriber)


def header(robots: int = 2, pods: int = 3, **changes: object) -> Header:
    stations = [StationInfo("pick-1", "pick", 1)]
    base = Header(1, "small", 1, 1.0, 0.0, robots, pods, "floor", stations, ["bolt"], {})
    return Header(**({name: getattr(base, name) for name in base.__struct_fields__} | changes))


def frame(tick: int, robots: int = 2, pods: int = 3) -> Frame:
    table = np.zeros(robots, ROBOT_DTYPE)
    table["cell"] = tick
    return Frame(tick, table, np.zeros(1, STATION_DTYPE), np.arange(pods, dtype=np.int32), {"open": tick})


class Viewer:
    """A subscriber that keeps all it has received."""

    def __init__(self, publisher: FramePublisher, token: str = TOKEN) -> None:
        self.link = FrameSubscriber(publisher.address, publisher.control, token)
        self.frames: list[Frame] = []
        self.events: list[AnyEvent] = []

    def look(self) -> None:
        frames, events = self.link.receive()
        self.frames += frames
        self.events += events

    def join(self, publisher: FramePublisher) -> None:
        """Look until the floor has greeted."""

        def greeted() -> bool:
            publisher.commands()
            self.look()
            return self.link.header is not None

        wait_until(greeted)


@pytest.fixture
def publisher() -> Iterator[FramePublisher]:
    with FramePublisher(header(), TOKEN) as opened:
        yield opened


@pytest.fixture
def viewer(publisher: FramePublisher) -> Iterator[Viewer]:
    made = Viewer(publisher)
    made.join(publisher)
    yield made
    made.link.close()


def test_it_binds_free_loopback_ports(publisher: FramePublisher) -> None:
    """Two addresses on this machine, not the same, and none that was asked for."""
    for address in (publisher.address, publisher.control):
        assert address.startswith("tcp://127.0.0.1:")
        assert int(address.rpartition(":")[2]) > 1024
    assert publisher.address != publisher.control


def test_frames_and_events_arrive_in_order(publisher: FramePublisher, viewer: Viewer) -> None:
    """Published ticks, events and columns are received unchanged."""
    for tick in range(5):
        publisher.publish(frame(tick), [TaskDone(tick, 10 + tick)])
    wait_until(lambda: (viewer.look(), len(viewer.frames) == 5)[1])
    assert viewer.link.header == header()
    assert [one.tick for one in viewer.frames] == list(range(5))
    assert viewer.frames[3].robots["cell"].tolist() == [3, 3]
    assert viewer.events == [TaskDone(tick, 10 + tick) for tick in range(5)]


def test_who_comes_late_gets_the_header_and_the_last_frame(publisher: FramePublisher, viewer: Viewer) -> None:
    """Even while the floor is paused and only commands are looked for; those who were there are not disturbed."""
    publisher.publish(frame(7), [])
    late = Viewer(publisher)
    late.join(publisher)
    wait_until(lambda: (late.look(), bool(late.frames))[1])
    assert (late.link.header, late.frames[0].tick) == (header(), 7)
    viewer.look()
    assert viewer.link.header == header()
    late.link.close()


@pytest.mark.parametrize("command", [Pause(), Resume(), Step(), Speed(4.0), Quit()])
def test_commands_arrive(publisher: FramePublisher, viewer: Viewer, command: AnyCommand) -> None:
    """Each command comes out as it went in."""
    assert viewer.link.send(command)
    taken: list[Command] = []
    wait_until(lambda: (taken.extend(publisher.commands()), bool(taken))[1])
    assert taken == [command]
    assert publisher.refused == 0


def test_a_floor_without_a_token_has_no_address_for_commands() -> None:
    with FramePublisher(header()) as publisher:
        assert (publisher.control, publisher.commands()) == ("", [])


@pytest.mark.parametrize("viewers", ["guess", "", "sécret"])
def test_a_wrong_token_is_ignored_and_counted(viewers: str) -> None:
    """Without the floor's token nothing is obeyed."""
    with (
        FramePublisher(header(), TOKEN) as publisher,
        FrameSubscriber(publisher.address, publisher.control, viewers) as viewer,
    ):
        viewer.send(Pause())
        taken: list[Command] = []
        wait_until(lambda: (taken.extend(publisher.commands()), publisher.refused == 1)[1])
        assert taken == []


def test_without_a_control_address_nothing_is_sent(publisher: FramePublisher) -> None:
    """A viewer that may only look says so."""
    with FrameSubscriber(publisher.address) as viewer:
        assert not viewer.controls
        assert not viewer.send(Pause())


@pytest.fixture
def stranger(publisher: FramePublisher) -> Iterator["zmq.Socket[bytes]"]:
    """Somebody who sends what he likes to the floor's control address."""
    with zmq.Context() as context, context.socket(zmq.PUSH) as socket:
        socket.set(zmq.LINGER, 0)
        socket.connect(publisher.control)
        yield socket


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff" * 100,
        _encode({"token": TOKEN}),
        _encode({"token": TOKEN, "command": {"type": "Explode"}}),
        _encode({"token": TOKEN, "command": {"type": "Speed", "ticks_per_s": -1.0}}),
        _encode({"token": TOKEN, "command": {"type": "Speed", "ticks_per_s": float("nan")}}),
        _encode({"token": TOKEN, "command": {"type": "Speed", "ticks_per_s": float("inf")}}),
        _encode({"token": 5, "command": {"type": "Pause"}}),
        b"\x81\xa1x" + b"\x91" * 4000,
    ],
)
def test_malformed_commands_are_refused_and_counted(
    publisher: FramePublisher, stranger: "zmq.Socket[bytes]", data: bytes
) -> None:
    """Whatever comes in, the loop gets no error, and the next good command gets through."""
    stranger.send(data)
    stranger.send(_encode(Sealed(TOKEN, Step())))
    taken: list[Command] = []
    wait_until(lambda: (taken.extend(publisher.commands()), bool(taken))[1])
    assert (taken, publisher.refused) == ([Step()], 1)


def test_a_huge_command_does_not_get_in(publisher: FramePublisher, stranger: "zmq.Socket[bytes]") -> None:
    """A megabyte is cut off at the socket, and other viewers' commands still arrive."""
    stranger.send(b"x" * (1 << 20))
    with FrameSubscriber(publisher.address, publisher.control, TOKEN) as viewer:
        viewer.send(Pause())
        taken: list[Command] = []
        wait_until(lambda: (taken.extend(publisher.commands()), bool(taken))[1])
    assert taken == [Pause()]


def test_a_flood_of_commands_is_taken_in_parts(publisher: FramePublisher, stranger: "zmq.Socket[bytes]") -> None:
    """A call returns a bounded number, so that a flood can't hold up a tick."""
    for _ in range(200):
        stranger.send(_encode(Sealed(TOKEN, Pause())))
    time.sleep(0.05)
    assert len(publisher.commands()) <= 64


@pytest.fixture
def false_floor() -> Iterator[tuple["zmq.Socket[bytes]", FrameSubscriber]]:
    """Somebody who sends what he likes to a viewer."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.set(zmq.LINGER, 0)
        socket.bind("tcp://127.0.0.1:*")
        with FrameSubscriber(socket.getsockopt_string(zmq.LAST_ENDPOINT)) as viewer:
            wait_until(lambda: socket.poll(10), viewer.receive)
            yield socket, viewer


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Z",
        b"H",
        b"Hgarbage",
        b"H" + _encode(header(tick_s=0.0)),
        b"F" + b"\x00" * 50,
        b"F" + encode_frame(frame(1, robots=3)),
        b"F" + encode_frame(frame(1, pods=1)),
        b"Egarbage",
        b"E" + _encode([{"type": "Unheard", "t": 1}]),
    ],
)
def test_malformed_frames_are_refused_and_counted(
    false_floor: tuple["zmq.Socket[bytes]", FrameSubscriber], data: bytes
) -> None:
    """A viewer lives on what it can read: the next good frame is shown."""
    socket, viewer = false_floor
    for message in (b"H" + _encode(header()), data, b"F" + encode_frame(frame(5))):
        socket.send(message)
    frames: list[Frame] = []
    wait_until(lambda: (frames.extend(viewer.receive()[0]), bool(frames))[1])
    assert [one.tick for one in frames] == [5]
    assert viewer.refused == 1


def test_another_header_begins_another_run(false_floor: tuple["zmq.Socket[bytes]", FrameSubscriber]) -> None:
    """Frames of the run before are dropped with it; the same header again changes nothing."""
    socket, viewer = false_floor
    first, second = header(), header(robots=5, scenario="other")
    for message in (
        b"H" + _encode(first),
        b"F" + encode_frame(frame(900)),
        b"H" + _encode(second),
        b"F" + encode_frame(frame(0, robots=5)),
        b"H" + _encode(second),
        b"F" + encode_frame(frame(1, robots=5)),
    ):
        socket.send(message)
    time.sleep(0.05)
    frames: list[Frame] = []
    wait_until(lambda: (frames.extend(viewer.receive()[0]), len(frames) == 2)[1])
    assert ([one.tick for one in frames], viewer.header, viewer.refused) == ([0, 1], second, 0)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_nothing_that_comes_raises(data: bytes) -> None:
    """Any bytes at all, as a message of either direction, are taken or counted."""
    viewer = _unconnected(FrameSubscriber)
    viewer._raw_header, viewer.header, viewer.refused, viewer._told_full = b"", header(), 0, False
    publisher = _unconnected(FramePublisher)
    publisher.refused, publisher._token = 0, TOKEN.encode()
    assert publisher._open(data) is None
    for kind in (b"", b"H", b"F", b"E", b"X"):
        viewer._read([kind + data])
    assert publisher.refused == 1


def _unconnected(kind: type[End]) -> End:
    return kind.__new__(kind)


def test_a_frozen_viewer_does_not_stop_the_floor() -> None:
    """With a viewer that never reads, a thousand large frames go out at once; what it gets later is a bounded part."""
    large = header(robots=20_000, pods=50_000)
    one = frame(0, robots=20_000, pods=50_000)
    with FramePublisher(large, TOKEN) as publisher:
        viewer = Viewer(publisher)
        viewer.join(publisher)
        start = time.monotonic()
        for tick in range(1000):
            publisher.publish(Frame(tick, one.robots, one.stations, one.pods, {}), [TaskDone(tick, 1)])
        assert time.monotonic() - start < PATIENCE_S
        wait_until(lambda: (viewer.look(), not viewer.link.receive(50)[0])[1])
        assert len(viewer.frames) < 500
        viewer.link.close()


def test_a_topic_that_a_viewer_names_is_not_kept(publisher: FramePublisher, viewer: Viewer) -> None:
    """Thousands of words that are none cost nothing but a count, long ones the connection; others go on seeing."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as hostile:
        hostile.set(zmq.LINGER, 0)
        hostile.connect(publisher.address)
        for number in range(200):
            hostile.send(b"\x01topic %d" % number)
        wait_until(lambda: publisher.refused >= 200, publisher.commands)
        assert len(publisher._viewers) == 1
        hostile.send(b"\x01" * 4000)
        publisher.publish(frame(1), [])
        wait_until(lambda: (viewer.look(), bool(viewer.frames))[1])


def test_viewers_of_a_key_are_so_many_and_no_more(publisher: FramePublisher, caplog: pytest.LogCaptureFixture) -> None:
    """The next one is told so, waits, and sees the floor once another has gone without a word."""
    viewers = [FrameSubscriber(publisher.address) for _ in range(MOST_VIEWERS + 1)]

    def all_look() -> None:
        publisher.greet()
        for viewer in viewers:
            viewer.receive()

    try:
        wait_until(lambda: "shows itself to 32 viewers with this key already" in caplog.text, all_look)
        assert len(publisher._viewers) == MOST_VIEWERS
        wait_until(lambda: sum(viewer.header is None for viewer in viewers) == 1, all_look)
        (waiting,) = (viewer for viewer in viewers if viewer.header is None)
        for known in publisher._viewers.values():
            known.heard = -1e9  # as if long ago
        publisher.greet()
        wait_until(lambda: (publisher.greet(), waiting.receive(), waiting.header is not None)[2])
    finally:
        for viewer in viewers:
            viewer.close()


def test_who_says_nothing_is_told_nothing_until_he_looks_again(publisher: FramePublisher, viewer: Viewer) -> None:
    """A viewer that was away gets the newest frame first, and no queue of old ones was kept for it."""
    for known in publisher._viewers.values():
        known.heard = -1e9
    publisher.publish(frame(1), [])
    assert not publisher._viewers
    publisher.publish(frame(2), [])
    wait_until(lambda: (publisher.greet(), viewer.look(), bool(viewer.frames))[2])
    assert viewer.frames[0].tick == 2


def test_queues_are_bounded_in_bytes() -> None:
    """A viewer's queue on a floor of 10,000 robots is shorter than on a small one, and never nothing."""
    assert _queue_length(header()) == 1000
    assert 8 <= _queue_length(header(robots=10_000, pods=40_000)) < 100
    assert _queue_length(header(robots=10**7)) == 8


def test_an_address_in_use_is_told(publisher: FramePublisher) -> None:
    """Binding twice is an input error with the address."""
    with pytest.raises(InputError, match="can't be used: Address already in use"):
        FramePublisher(header(), TOKEN, publisher.address)


def test_an_address_that_makes_no_sense_is_told() -> None:
    """A viewer says what an address looks like."""
    with pytest.raises(InputError, match="nonsense: is no address"):
        FrameSubscriber("nonsense")


def test_a_floor_that_is_not_there_yet_is_waited_for() -> None:
    """A viewer may be opened before the floor; receiving just gives nothing."""
    with FramePublisher(header()) as publisher:
        address = publisher.address
    with FrameSubscriber(address) as viewer:
        assert viewer.receive(wait_ms=20) == ([], [])
        with FramePublisher(header(), TOKEN, address) as publisher:
            wait_until(lambda: (publisher.commands(), viewer.receive(), viewer.header is not None)[2])


def test_a_closed_viewer_leaves_no_trace(publisher: FramePublisher) -> None:
    """Viewers come and go, and the floor continues."""
    for tick in range(5):
        viewer = Viewer(publisher)
        viewer.join(publisher)
        viewer.link.close()
        publisher.publish(frame(tick), [])


def test_quit_is_delivered_before_the_window_closes(publisher: FramePublisher) -> None:
    """A farewell that was sent just before closing still arrives."""
    viewer = Viewer(publisher)
    viewer.join(publisher)
    viewer.link.send(Quit())
    viewer.link.close()
    taken: list[Command] = []
    wait_until(lambda: (taken.extend(publisher.commands()), bool(taken))[1])
    assert taken == [Quit()]
