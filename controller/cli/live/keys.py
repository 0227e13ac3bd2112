"""`podfleet keys`: keys with which robots, people and order systems authenticate on the network."""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli.shared.output import say
from robots.wording.formatting import count

keys_app = typer.Typer(no_args_is_help=True, help="Make, add and revoke the keys of a floor on the network.")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of keys.")]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A key's name, e.g. robot-7, robots-200-299, viewer-2, operator, orders.")
]


@keys_app.command()
def make(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder for them.")],
    robots: Annotated[int, typer.Option(min=1, max=100_000, help="Number of robots, each with a key.")],
    groups: Annotated[
        int, typer.Option(min=0, help="Number of group keys for all robots, each for a range. 0: a key for each robot.")
    ] = 0,
) -> None:
    """Make the keys of a floor: controller, operator, order system, viewer and robots, and the registry that lists them."""
    from controller.link.key_folder import make_keys

    written = make_keys(folder, robots, groups)
    say(f"{folder}: {count(len(written) - 1, 'key')} and {written[-1].name}")
    say("Give each file except server.key and registry.toml to its owner, over a channel that nobody else can read.")


@keys_app.command()
def add(folder: Folder, name: Name) -> None:
    """Make one more key. The first word of its name is its role; a running controller accepts it at once."""
    from controller.link.key_folder import add_key

    say(f"{add_key(folder, name)}: written")


@keys_app.command()
def revoke(folder: Folder, name: Name) -> None:
    """Revoke a key. A running controller ends its open connections."""
    from controller.link.key_folder import revoke_key

    deleted = revoke_key(folder, name)
    say(f"{name}: revoked" + (", and its file deleted" if deleted else ""))


@keys_app.command()
def renew(
    folder: Folder,
    new: Annotated[Path, typer.Argument(metavar="NEW", help="New or empty folder for the same keys with it.")],
) -> None:
    """Make another key for the controller itself. The key files of all others name it, so they are written again, too."""
    from controller.link.key_folder import renew_server
    from robots.link.keys import read_key

    written, elsewhere = renew_server(folder, new)
    say(f"{new}: {count(len(written) - 2, 'key file')} that name the controller's new key")
    if elsewhere:
        names = ", ".join(elsewhere[:5]) + (f" and {len(elsewhere) - 5} more" if len(elsewhere) > 5 else "")
        server = read_key(new / "server.key").public.decode()
        say(f'not in {folder}: {names}; in those files the line server has to be: server = "{server}"')
    say(f"Replace the others' files first, then {folder}/server.key, and {folder}/registry.toml last.")
