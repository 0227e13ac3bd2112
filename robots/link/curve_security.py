"""CURVE security of sockets: clients prove their keys, the controller proves its own, and the traffic is encrypted.

CURVE proves a key, not the permissions of its owner: those are checked by the authenticator
(controller/link/authentication.py). A socket with a domain, in a context without an authenticator, refuses every client.
"""

import time
from contextlib import suppress
from ipaddress import ip_address

import zmq

from layout.errors import InputError
from robots.link.keys import Key

_REBIND_S = 2.0
"""Longest time in s until an address becomes free."""


def client(socket: "zmq.Socket[bytes]", key: Key | None) -> None:
    """Enable CURVE on a client socket; call before `connect`. Without a key this does nothing."""
    if key is None:
        return
    socket.set(zmq.CURVE_PUBLICKEY, key.public)
    socket.set(zmq.CURVE_SECRETKEY, key.secret)
    socket.set(zmq.CURVE_SERVERKEY, key.server)


def server(socket: "zmq.Socket[bytes]", key: Key | None, domain: str) -> None:
    """Enable CURVE on a server socket; call before `bind`. `domain` is passed to the ZAP handler: robots, requests or view.
    Without a key this does nothing.
    """
    if key is None:
        return
    socket.set(zmq.CURVE_SERVER, 1)
    socket.set(zmq.CURVE_SECRETKEY, key.secret)
    socket.set(zmq.ZAP_DOMAIN, domain.encode())
    socket.set(zmq.ZAP_ENFORCE_DOMAIN, 1)


def renew(socket: "zmq.Socket[bytes]", key: Key, address: str) -> None:
    """Change the key of a bound socket. All its connections end; clients that know the new key may connect again at once.

    zmq.ZMQError if another program has taken the address meanwhile; it may be tried again.
    """
    socket.set(zmq.CURVE_SECRETKEY, key.secret)
    with suppress(zmq.ZMQError):  # already unbound by an earlier try
        socket.unbind(address)
    end = time.monotonic() + _REBIND_S
    while True:
        try:
            socket.bind(address)
            return
        except zmq.ZMQError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.01)


def notice_dead(socket: "zmq.Socket[bytes]") -> None:
    """Close connections of vanished machines after about 30 s; call before `bind`.

    By TCP keepalive and not by ZeroMQ's heartbeats, because those end the process (libzmq 4.3.5, "Assertion failed:
    !_io_error") if they expire for a client that has gone with a full queue. Clients may well send heartbeats.
    """
    socket.set(zmq.TCP_KEEPALIVE, 1)
    socket.set(zmq.TCP_KEEPALIVE_IDLE, 15)
    socket.set(zmq.TCP_KEEPALIVE_INTVL, 5)
    socket.set(zmq.TCP_KEEPALIVE_CNT, 3)


def check_bind(address: str, key: Key | None) -> None:
    """Raise InputError for an address that other machines can reach, if there are no keys."""
    if key is None and not is_loopback(address):
        way_out = "podfleet keys make FOLDER --robots N makes them; --keys FOLDER names them"
        raise InputError.single(address, "", "can be reached by other machines, and needs keys", way_out)


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach an address."""
    transport, _, rest = address.partition("://")
    if transport in ("ipc", "inproc"):
        return True
    host = rest.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
