"""CURVE on sockets: who connects proves to have a key, the controller proves to be itself, and nobody can listen in.

CURVE proves a key, not what its owner may do: that is for the gate to say (controller/link/authentication.py). A socket with a
domain but without a gate in its context refuses everybody.
"""

import time
from contextlib import suppress
from ipaddress import ip_address

import zmq

from layout.errors import InputError
from robots.link.keys import Key

_REBIND_S = 2.0
"""How long an address may take to become free."""


def client(socket: "zmq.Socket[bytes]", key: Key | None) -> None:
    """Before connecting. None: without CURVE."""
    if key is None:
        return
    socket.set(zmq.CURVE_PUBLICKEY, key.public)
    socket.set(zmq.CURVE_SECRETKEY, key.secret)
    socket.set(zmq.CURVE_SERVERKEY, key.server)


def server(socket: "zmq.Socket[bytes]", key: Key | None, domain: str) -> None:
    """Before binding. domain: what the gate is told about this socket: robots, desk or view. None: without CURVE."""
    if key is None:
        return
    socket.set(zmq.CURVE_SERVER, 1)
    socket.set(zmq.CURVE_SECRETKEY, key.secret)
    socket.set(zmq.ZAP_DOMAIN, domain.encode())
    socket.set(zmq.ZAP_ENFORCE_DOMAIN, 1)


def renew(socket: "zmq.Socket[bytes]", key: Key, address: str) -> None:
    """Have a bound socket go by another key. All its connections end; who knows the new key may come back at once.

    zmq.ZMQError if somebody else has taken the address in between; it may be tried again.
    """
    socket.set(zmq.CURVE_SECRETKEY, key.secret)
    with suppress(zmq.ZMQError):  # unbound by a try before
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
    """Before binding: connections of machines that are gone end, after some 30 s.

    By TCP and not by ZeroMQ's heartbeats, for those end the process (libzmq 4.3.5, "Assertion failed: !_io_error") if their
    time comes while a client has gone that kept as much waiting as it may. Who connects may well send heartbeats.
    """
    socket.set(zmq.TCP_KEEPALIVE, 1)
    socket.set(zmq.TCP_KEEPALIVE_IDLE, 15)
    socket.set(zmq.TCP_KEEPALIVE_INTVL, 5)
    socket.set(zmq.TCP_KEEPALIVE_CNT, 3)


def check_bind(address: str, key: Key | None) -> None:
    """InputError for an address that others can reach, without keys."""
    if key is None and not is_loopback(address):
        way_out = "podfleet keys make FOLDER --robots N makes them; --keys FOLDER names them"
        raise InputError.single(address, "", "can be reached by other machines, and needs keys", way_out)


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address."""
    transport, _, rest = address.partition("://")
    if transport in ("ipc", "inproc"):
        return True
    host = rest.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
