"""Addresses of controllers, tcp://HOST:PORT, checked before anything waits for them."""

import re
import socket

from layout.errors import InputError

_LAST_PORT = 65_535
_TCP = re.compile(r"tcp://(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\];]+):(\*|[0-9]{1,9})")
_RIGHT = "tcp://HOST:PORT, e.g. tcp://127.0.0.1:5600"


def check_address(address: str) -> str:
    """Return the address of a socket to connect to. InputError for one that nobody can answer at, as with an unknown host."""
    if (host := _host_of(address, connects=True)) and (why := _unknown(host)):
        raise InputError.single(address, "", f"there is no host {host}: {why}", _RIGHT)
    return address


def check_bindable(address: str) -> str:
    """Return the address of a socket to bind. InputError if it isn't one of this machine; * stands for all, or a free port."""
    host = _host_of(address, connects=False)
    if host not in ("", "*", *(name for _, name in _interfaces())) and (why := _unknown(host)):
        raise InputError.single(address, "", f"there is no host {host}: {why}", _RIGHT)
    return address


def _host_of(address: str, *, connects: bool) -> str:
    """Return the host of a TCP address; nothing for sockets within this machine, ipc:// and inproc://."""
    if address.startswith(("ipc://", "inproc://")):
        return ""
    match = _TCP.fullmatch(address)
    if match is None:
        raise InputError.single(address, "", "is no address", _RIGHT)
    host, port = match[1].strip("[]"), match[2]
    if port == "*" or host == "*":
        if connects:
            raise InputError.single(address, "", "is no address to connect to", _RIGHT)
    elif int(port) > _LAST_PORT or (connects and int(port) == 0):
        raise InputError.single(address, "", f"{port} is no port", f"1 to {_LAST_PORT}")
    return host


def _unknown(host: str) -> str:
    """Return why a host has no network address; nothing if it has one."""
    try:
        socket.getaddrinfo(host, None)
    except OSError as error:
        return str(error.strerror or error)
    except UnicodeError:
        return "it is no name of a host"
    return ""


def _interfaces() -> list[tuple[int, str]]:
    return socket.if_nameindex() if hasattr(socket, "if_nameindex") else []
