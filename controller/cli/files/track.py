"""`podfleet track`: the state of an order, from a record or from a running floor."""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli.files.records import opened_record
from controller.cli.shared.connection import Keys, order_named, print_history
from controller.cli.shared.output import AsJson, print_document, say
from controller.cli.shared.terminal import status
from layout.errors import InputError


def track(
    record: Annotated[
        Path | None, typer.Argument(metavar="[RECORD]", help="A record (.pfr) written by podfleet run --record.")
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    order: Annotated[str, typer.Option(help="The customer's number of the order, exactly as given.")] = "",
    connect: Annotated[str | None, typer.Option(help="Address of a running floor, instead of a record.")] = None,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Show the whole history of an order: promised, picked, packed, sorted, on the road, delivered, returned.

    Each line has its time, delays have their reasons; the last line gives its state and when it is expected.
    """
    if more or (record is not None and connect is not None and not order):
        fault = "takes a record, and the order by --order"
        raise InputError.single("track", "", fault, _written(str(record), more or [], connect))
    if not order:
        raise InputError.single("--order", "", "is missing", "podfleet track RECORD --order NUMBER")
    if (record is None) == (connect is None):
        fault = "neither a record nor a floor" if record is None else "both a record and a floor"
        way_out = "podfleet track RECORD --order NUMBER, or --connect tcp://… for a running floor"
        raise InputError.single("track", "", f"was given {fault}", way_out)
    if connect is not None:
        print_history(connect, keys, order_named(order), as_json=as_json)
    elif record is not None:
        _from_record(order, record, as_json=as_json)


def _written(first: str, more: list[str], connect: str | None) -> str:
    """Return the command probably meant by arguments in another order."""
    if connect is not None:
        return f"podfleet track --order {first} --connect {connect}"
    record = next((word for word in (first, *more) if word.endswith(".pfr")), more[0])
    order = next((word for word in (first, *more) if word != record), first)
    return f"podfleet track {record} --order {order}"


def _from_record(order: str, record: Path, *, as_json: bool) -> None:
    from controller.explain.parcels import track as track_in

    with opened_record(record) as opened, status(f"Reading {record.name}…"):
        lines = track_in(opened, order)
    say(*lines)
    if as_json:
        print_document({"ok": True, "text": lines[-1], "lines": lines})
