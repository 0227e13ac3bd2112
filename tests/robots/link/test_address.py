"""Addresses that make no sense are refused before anybody waits."""

from collections.abc import Callable

import pytest

from layout.errors import InputError
from robots.link.address import check_address, check_bindable
from robots.recording.live_stream import FrameSubscriber
from robots.requests.client import RequestClient

GOOD = ["tcp://127.0.0.1:5600", "tcp://localhost:1", "tcp://[::1]:65535", "ipc:///tmp/desk", "inproc://desk"]
BAD = {
    "tcp://127.0.0.1:99999": "99999 is no port (1 to 65535)",
    "tcp://127.0.0.1:0": "0 is no port (1 to 65535)",
    "tcp://*:5600": "is no address to connect to",
    "tcp://no.such.host.invalid:5601": "there is no host no.such.host.invalid",
    "http://127.0.0.1:5601": "is no address (tcp://HOST:PORT, e.g. tcp://127.0.0.1:5600)",
    "127.0.0.1:5601": "is no address",
    "tcp://127.0.0.1": "is no address",
    "tcp://127.0.0.1:": "is no address",
    "tcp://:5600": "is no address",
    "tcp://127.0.0.1:56 00": "is no address",
    "tcp://a b:5600": "is no address",
}


@pytest.mark.parametrize("address", GOOD)
def test_an_address_that_somebody_may_answer_at_is_taken(address: str) -> None:
    """Addresses of this machine are accepted by number, by name and as local sockets."""
    assert check_address(address) == address


@pytest.mark.parametrize("client", [check_address, RequestClient, FrameSubscriber], ids=["check", "desk", "view"])
@pytest.mark.parametrize("address", BAD)
def test_an_address_that_nobody_can_answer_at_is_refused(address: str, client: Callable[[str], object]) -> None:
    """By the desk's clients and by viewers, too: the message names the address and what would be right."""
    with pytest.raises(InputError) as refused:
        client(address)
    assert f"{address}: {BAD[address]}" in str(refused.value)


@pytest.mark.parametrize("address", ["tcp://*:*", "tcp://127.0.0.1:0", "tcp://lo:5600", "tcp://127.0.0.1:*"])
def test_an_address_of_this_machine_can_be_bound(address: str) -> None:
    """A star stands for all of its networks, and for a free port."""
    if "lo:" in address:
        pytest.importorskip("fcntl")  # Windows names its networks otherwise
    assert check_bindable(address) == address


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:99999", "http://127.0.0.1:1", "tcp://no.such.host.invalid:1", "x"]
)
def test_an_address_that_cannot_be_bound_is_refused(address: str) -> None:
    """Before kernels are compiled, for that takes a while."""
    with pytest.raises(InputError, match=r"no (port|address|host)"):
        check_bindable(address)
