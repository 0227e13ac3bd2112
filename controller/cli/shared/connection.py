"""Requests of commands to a running controller: its address, the key, the answer in words or as JSON."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from controller.cli.shared.output import fail as end_with_error
from controller.cli.shared.output import note, print_document, say
from layout.errors import InputError

if TYPE_CHECKING:
    from robots.link.keys import Key
    from robots.requests.requests import Request, Result

Connect = Annotated[str, typer.Option(help="Address for requests to the controller: the port after the robots'.")]
Keys = Annotated[Path | None, typer.Option(help="Key file, or its folder. Not required on loopback.")]
CONTROLLER = "tcp://127.0.0.1:5601"
REFUSED = 1
"""Exit status of a refused request."""


class ControllerConnection:
    """Client for requests, with its name: the key's, or without keys the first of `names`.

    names: of the keys that may send the request; of a folder, the first of these is taken.
    """

    def __init__(self, connect: str, keys: Path | None, names: Sequence[str]) -> None:
        from robots.requests.client import RequestClient

        key = None if keys is None else _key(keys, names)
        self.name = names[0] if key is None else key.name
        self._client = RequestClient(connect, key, tell=note)

    def ask(self, request: "Request") -> "Result":
        return self._client.ask(request)

    def wait_for_end(self, limit_s: float) -> bool:
        return self._client.wait_for_end(limit_s)

    def __enter__(self) -> "ControllerConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


def ask(
    connect: str,
    keys: Path | None,
    as_json: bool,
    request: Callable[[str, str], "Request"],
    names: Sequence[str] = ("operator",),
    lines: Callable[["Result"], list[str]] = lambda result: [result.text],
) -> "Result":
    """Send a request and print the answer; typer.Exit(1) if it was refused.

    request: builds it from the names of client and message. lines: of an answer, for people.
    """
    with ControllerConnection(connect, keys, names) as controller:
        result = controller.ask(request(controller.name, secrets.token_hex(8)))
    tell(result, lines(result), as_json=as_json)
    return result


def fail(result: "Result") -> NoReturn:
    end_with_error("refused", [f"refused: {result.text}"], REFUSED)


def print_history(connect: str, keys: Path | None, name: str, *, as_json: bool) -> None:
    """Print the history of an order as the running controller reports it."""
    from robots.requests.requests import Track

    names = ("orders", "operator", *_sellers(keys))
    with ControllerConnection(connect, keys, names) as controller:
        result = controller.ask(Track(controller.name, secrets.token_hex(8), name))
    tell(result, texts(result.data.get("lines", [])), as_json=as_json)


def order_named(name: str) -> str:
    """Return a valid order name. InputError for others."""
    if not 1 <= len(name) <= 100:
        raise InputError.single("NAME", "", "is not an order number", "1 to 100 characters")
    return name


def texts(value: object) -> list[str]:
    """Return a list from an answer's figures; an empty one for anything else."""
    return value if isinstance(value, list) else []


def tell(result: "Result", lines: Sequence[str], *, as_json: bool) -> None:
    """Print an answer as JSON or by its lines; a refusal ends the command."""
    if as_json:
        print_document({"ok": result.ok, "text": result.text, **result.data})
    if not result.ok:
        fail(result)
    for line in lines:
        say(line)


def _key(path: Path, names: Sequence[str]) -> "Key":
    """Return the key of a file, or of a folder the first existing one of these names.

    InputError if it fits none of them.
    """
    from robots.link.keys import SELLER, read_key

    files = [path / f"{name}.key" for name in names] if path.is_dir() else [path]
    key = read_key(next((file for file in files if file.exists()), files[0]))
    roles = {name if name.startswith(SELLER) else name.partition("-")[0] for name in names}
    if (key.name if key.role == "seller" else key.role) not in roles:
        needed = " or ".join(names[:3])
        raise InputError.single(str(path), "[key] role", f"is {key.role}", f"a key of role {needed} is needed here")
    return key


def _sellers(keys: Path | None) -> list[str]:
    """Return the sellers whose keys are at a path."""
    if keys is None:
        return []
    files = sorted(keys.glob("seller-*.key")) if keys.is_dir() else [keys]
    return [file.stem for file in files]
