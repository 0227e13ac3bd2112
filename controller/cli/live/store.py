"""`podfleet store`: check, copy, export and take over the store of a served floor. Registered by controller/cli/app.py."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from controller.cli.shared.output import AsJson, json_text, print_document, say

store_app = typer.Typer(no_args_is_help=True, help="Check, back up, export and migrate the store of a served floor.")

StoreFile = Annotated[Path, typer.Argument(metavar="FILE", help="A store written by podfleet serve --store.")]


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """Read a copy, so that the floor may run meanwhile and nothing is changed."""
    from controller.persistence.store_copy import copy_store

    with tempfile.TemporaryDirectory(prefix="podfleet-") as folder:
        copy = Path(folder) / path.name
        copy_store(path, copy)
        yield copy


@store_app.command()
def check(store: StoreFile, as_json: AsJson = False) -> None:
    """Show the contents of a store. Exit 0: this podfleet can continue it; 1: it is complete, but this version can't; 2:
    damaged.
    """
    from controller.takeover.store_contents import look

    with _copied(store) as copy:
        found = look(copy, store)
    if as_json:
        print_document(found)
    else:
        for name, value in found.items():
            for part, figure in value.items() if isinstance(value, dict) else ((name, value),):
                if figure not in ("", [], {}, None):
                    say(f"{part.replace('_', ' '):18} {figure}")
    raise typer.Exit(1 if found["fault"] else 0)


@store_app.command()
def backup(
    store: StoreFile, to: Annotated[Path, typer.Option("--to", metavar="FILE", help="New file for the copy.")]
) -> None:
    """Copy a store as it is now, also while the floor runs. The copy is a single, checked file."""
    from controller.persistence.store_copy import copy_store
    from controller.takeover.store_contents import look

    copy_store(store, to)
    found = look(to, to)
    say(f"{to}: written, up to tick {found['next_tick']}")


@store_app.command()
def export(
    store: StoreFile,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="New file; default: standard output.")] = None,
) -> None:
    """Write the contents of a store except its snapshot as JSON, older formats included."""
    from controller.takeover.store_contents import export as exported
    from layout.files.writing import writing

    with _copied(store) as copy:
        kept = exported(copy, store)
    if out is None:
        print_document(kept)
        return
    with writing(out, "a new file"), out.open("x") as file:
        file.write(json_text(kept, indent=1) + "\n")
    say(f"{out}: written")


@store_app.command()
def migrate(
    store: StoreFile,
    scenario: Annotated[Path, typer.Argument(help="The scenario (TOML) that the floor was served with.")],
) -> None:
    """Convert another version's store of a stopped floor for this version, as `podfleet serve` does by itself."""
    from controller.scenario.read import load_scenario
    from controller.serving.resume import open_store, recover

    loaded = load_scenario(scenario)
    if not store.exists():
        from layout.errors import InputError

        raise InputError.single(str(store), "", "isn't there", "a file that podfleet serve --store has made")
    with open_store(store, loaded) as opened:
        other = opened.other
        site, _ = recover(opened, loaded)
    say(
        f"{store}: "
        + (f"taken over from {other}" if other else "already belongs to this podfleet")
        + f", at tick {site.tick}"
    )
