"""Anything may come: every decoder refuses what is no message, and nothing that is one breaks who takes it in."""

import math
import time
from pathlib import Path

import numpy as np
import pytest
import zmq
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.link.authentication import Authenticator
from controller.link.rate_limit import Limiter
from robots.link.keys import Entry, Registry
from robots.link.messages import Done, FromRobot, Refused, encode, read_controller, read_robot
from robots.recording.frames import ROBOT_DTYPE, Frame, Header, encode_frame
from robots.recording.live_stream import FrameSubscriber
from robots.requests import requests
from tests.support.link.arbitrary import any_request, frames, from_robot, storm, to_robot
from tests.support.link.key_ring import KeyRing
from tests.support.link.link_rig import Client, OpenFloor, driving, hello, position
from tests.support.processes.patience import wait_until

_FRAMES = 10_000
READERS = {
    "robots": (read_robot, from_robot),
    "controller": (read_controller, to_robot),
    "requests": (requests.read_request, any_request),
}


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=400)
def test_a_frame_is_a_message_or_refused(name: str, data: st.DataObject) -> None:
    """Nothing but Refused, and what was read is written and read again as the same."""
    read, messages = READERS[name]
    try:
        message = read(data.draw(frames(messages)))
    except Refused:
        return
    assert read(encode(message)) == message  # type: ignore[arg-type]


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
def test_every_valid_message_is_read_as_it_was_written(name: str, data: st.DataObject) -> None:
    read, messages = READERS[name]
    message = data.draw(messages)
    assert read(encode(message)) == message


@pytest.mark.parametrize("read", [read_robot, read_controller, requests.read_request, requests.read_result])
@pytest.mark.parametrize(
    "opening", [b"\x91", b"\x81\xa1a", b"\x81\xa4type", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff"]
)
def test_deep_and_boastful_frames_are_refused_at_once(read: object, opening: bytes) -> None:
    """Nested as deeply as the frame is long, or a header that promises four thousand million entries."""
    for data in (opening, opening * (4096 // len(opening)), b"\x82" + opening * 100):
        with pytest.raises(Refused):
            read(data)  # type: ignore[operator]


@given(st.floats(allow_nan=True))
def test_no_battery_is_beyond_bounds(battery: float) -> None:
    """NaN and infinity least of all."""
    data = encode(hello(0, battery=battery))
    if math.isfinite(battery) and 0 <= battery <= 1e6:
        assert read_robot(data) == hello(0, battery=battery)
    else:
        with pytest.raises(Refused):
            read_robot(data)


@given(st.data())
@settings(max_examples=300)
def test_a_gate_answers_any_request(data: st.DataObject) -> None:
    """Two hundred only to a registered key at a socket of its role; a reply always has the request's number."""
    authenticator = Authenticator.__new__(Authenticator)
    authenticator.refused, authenticator._limiter = 0, Limiter()
    authenticator._registry = Registry.__new__(Registry)
    key = zmq.utils.z85.encode(bytes(32))
    authenticator._registry._entries = {key: Entry("robot-0", "robot", key.decode(), frozenset({0}))}
    piece = st.binary(max_size=40) | st.sampled_from(
        [b"1.0", b"robots", b"view", b"CURVE", b"NULL", b"PLAIN", bytes(32)]
    )
    request = data.draw(st.lists(piece, max_size=9))
    right = [b"1.0", b"7", b"robots", b"::1", b"", b"CURVE", bytes(32)]
    if data.draw(st.booleans()):
        request = right.copy()
        request[data.draw(st.integers(0, 6))] = data.draw(piece)
    reply = authenticator._reply(request)
    assert reply[0] == b"1.0"
    assert reply[1] == (request[1] if len(request) > 1 else b"")
    let_in = len(request) == 7 and [request[at] for at in (0, 2, 5, 6)] == [right[at] for at in (0, 2, 5, 6)]
    assert (reply[2] == b"200") == let_in
    assert authenticator.refused == (not let_in)


_HEADER = Header(1, "x", 1, 1.0, 0.0, 2, 1, "", [], [], {})
_PICTURE = Frame(3, np.zeros(2, ROBOT_DTYPE), np.zeros(0, "u1"), np.zeros(1, np.int32), {"a": 1})


@given(st.data())
@settings(max_examples=300)
def test_a_viewer_takes_in_anything(data: st.DataObject) -> None:
    """Spoiled headers, frames and events: counted, or shown as a frame that fits the header."""
    viewer = FrameSubscriber.__new__(FrameSubscriber)
    viewer.header, viewer.refused, viewer._raw_header, viewer._told_full = None, 0, b"", False
    real = {b"H": encode(_HEADER), b"F": encode_frame(_PICTURE), b"E": b"\x90"}  # type: ignore[arg-type]
    sent = []
    for kind in data.draw(st.lists(st.sampled_from([b"H", b"F", b"E", b"X", b"", b"x"]), max_size=6)):
        payload = real.get(kind, b"")
        if data.draw(st.booleans()) and payload:
            place = data.draw(st.integers(0, len(payload) - 1))
            payload = payload[:place] + data.draw(st.binary(max_size=3)) + payload[place + 1 :]
        sent.append(kind + payload)
    seen, _ = viewer._read(sent)
    for frame in seen:
        assert viewer.header is not None
        assert (len(frame.robots), len(frame.pods)) == (viewer.header.robots, viewer.header.pods)


def _frames() -> list[bytes]:
    real: list[FromRobot] = [hello(1, 10), hello(0, 0, boot=3), position(1), position(2, 3, 3), Done(1, 1, 1, "done")]
    return [encode(message) for message in real]


def test_ten_thousand_spoiled_frames_disturb_nobody(tmp_path: Path) -> None:
    """A robot's own valid key sends them: each is counted as refused, and the robot beside it drives on all the while."""
    ring = KeyRing(tmp_path / "keys").folder
    sent = storm(1, _frames(), _FRAMES)
    with OpenFloor([0, 10, 20], ring) as floor, driving(floor.address, [0], ring):
        wait_until(lambda: floor.link.sessions[0].online)
        wait_until(lambda: floor.link.reservations.routes[0].idx > 2, lambda: (floor.patrol([0]), time.sleep(0.02)))
        before, heard = floor.link.reservations.routes[0].idx, floor.server.messages
        with Client(floor.address, _robot_key(ring, 1)) as stranger:
            none = 0
            for number, parts in enumerate(sent):
                stranger.socket.send_multipart(parts)
                none += len(parts) != 1 or not _is_message(parts[0])
                if number % 200 == 0:  # who has too much waiting is cut off, and what waits is lost
                    floor.patrol([0])
                    wait_until(lambda: floor.server.malformed >= none)  # noqa: B023
            assert none > 0.9 * _FRAMES
            wait_until(lambda: floor.server.malformed >= none, lambda: (floor.patrol([0]), time.sleep(0.02)))
            assert floor.server.messages - heard >= _FRAMES
            assert floor.server.malformed == none
            assert floor.server.refused >= _FRAMES - sum(_is_login(parts) for parts in sent)
        wait_until(
            lambda: floor.link.reservations.routes[0].idx > before + 5, lambda: (floor.patrol([0]), time.sleep(0.02))
        )
        wait_until(lambda: floor.link.sessions[0].online)
        with Client(floor.address, _robot_key(ring, 1)) as huge:
            huge.say(bytes(1 << 20))  # the socket cuts who sends more than 16 KiB
            time.sleep(0.2)
        with driving(floor.address, [1], ring):
            wait_until(lambda: floor.link.sessions[1].online)
        wait_until(lambda: floor.link.sessions[0].online)


def _robot_key(ring: Path, robot: int) -> object:
    from robots.link.keys import find_robot_keys

    return find_robot_keys(ring, [robot])[robot]


def _is_message(data: bytes) -> bool:
    try:
        read_robot(data)
    except Refused:
        return False
    return True


def _is_login(parts: list[bytes]) -> bool:
    """A spoiled HELLO of the sender's own robot may still be one."""
    return len(parts) == 1 and _is_message(parts[0]) and getattr(read_robot(parts[0]), "robot", -1) == 1
