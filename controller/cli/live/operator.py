"""`podfleet orders` and `podfleet operator`: requests to a running controller from the command line."""

import secrets
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from controller.cli.shared.connection import (
    CONTROLLER,
    REFUSED,
    Connect,
    ControllerConnection,
    Keys,
    ask,
    fail,
    order_named,
    print_history,
    tell,
    texts,
)
from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, print_document, say
from controller.cli.shared.output import fail as end_with_error
from layout.errors import InputError
from robots.wording.formatting import count


class Restorable(StrEnum):
    """Kind of thing that can be out of service."""

    POD = "pod"
    ROBOT = "robot"
    CHARGER = "charger"
    OUTFEED = "outfeed"


orders_app = typer.Typer(no_args_is_help=True, help="Submit orders to a running floor, and ask for their status.")
operator_app = typer.Typer(
    no_args_is_help=True,
    help="Steer a running floor: pause, drain, close cells, take robots off, put things back into service.",
)

_ORDERS = ("orders", "operator")
"""Keys that may ask about single orders."""

OrderName = Annotated[str, typer.Argument(metavar="NAME", help="The customer's number of the order.")]
RobotNumber = Annotated[int, typer.Argument(metavar="ROBOT", min=0, help="Number of the robot, from 0.")]
Reason = Annotated[str, typer.Option(help="Reason, shown in the order's history.")]
MaybeRobot = Annotated[int | None, typer.Argument(metavar="[ROBOT]", min=0, help="Its number; default: all.")]
CellPlace = Annotated[str, typer.Argument(metavar="ROW,COL", help="Cell, counted from 0 at the top left.")]


@orders_app.command()
@takes_order_file
def submit(
    file: Annotated[Path, typer.Argument(metavar="CSV", help="Order lines: order_id, sku, quantity, timestamp.")],
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    due_s: Annotated[float | None, typer.Option(min=0, help="Due time in seconds from now.")] = None,
    as_json: AsJson = False,
    *,
    form: OrderForm,
) -> None:
    """Submit the orders in a CSV file, to be served now; submitting them again has no effect. Exit 0: all taken; 1: some
    refused.

    An order with an unusable row is refused as a whole.
    """
    from controller.demand.order_submission import batches_of, read_submission
    from robots.requests.requests import Submit

    read = read_submission(file, form.orders(), due_s)
    run = secrets.token_hex(8)
    taken, there, refused = 0, list[str](), read.refused
    batches = list(batches_of(read.orders))
    with ControllerConnection(connect, keys, ("orders",)) as controller:
        for number, batch in enumerate(batches):
            result = controller.ask(Submit(controller.name, f"{run}-{number}", batch))
            if "refused" not in result.data:
                fail(result)
            taken += _number(result.data["taken"])
            there += texts(result.data["there"])
            refused += texts(result.data["refused"])
    say(f"{count(taken, 'order')} taken, {len(there)} already there, {len(refused)} refused")
    if as_json:
        skipped = Counter(fault.kind for fault in read.lost)
        print_document({"taken": taken, "there": there, "refused": refused, "rows_skipped": skipped})
    if refused or read.lost:
        way_out = [read.ways_out] if read.ways_out else []
        end_with_error("refused", [*map(str, read.lost), *refused, *way_out], REFUSED)


@orders_app.command("status")
def order_status(
    name: OrderName,
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Tell how an order stands."""
    from robots.requests.requests import Status

    ask(connect, keys, as_json, lambda client, msg: Status(client, msg, order_named(name)), _ORDERS)


@orders_app.command()
def cancel(
    name: OrderName,
    reason: Reason = "",
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Cancel an order. Once its tote is full it is too late: exit status 1, and nothing is done."""
    from robots.requests.requests import Cancel

    ask(connect, keys, as_json, lambda client, msg: Cancel(client, msg, order_named(name), reason), _ORDERS)


@orders_app.command()
def prioritise(
    name: OrderName,
    reason: Reason = "",
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Release an order before all others. Once it is being picked it is too late: exit status 1."""
    from robots.requests.requests import Prioritise

    ask(connect, keys, as_json, lambda client, msg: Prioritise(client, msg, order_named(name), reason), _ORDERS)


@orders_app.command("track")
def track_order(name: OrderName, connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """Tell the whole story of an order, and in the last line how it stands and when it is expected."""
    print_history(connect, keys, order_named(name), as_json=as_json)


@operator_app.command()
def pause(robot: MaybeRobot = None, connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """Pause a robot, or all, until resumed. Their orders stay."""
    from robots.requests.requests import Pause

    ask(connect, keys, as_json, lambda client, msg: Pause(client, msg, robot))


@operator_app.command()
def resume(robot: MaybeRobot = None, connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """End the pause or the drain of a robot, or of the floor."""
    from robots.requests.requests import Resume

    ask(connect, keys, as_json, lambda client, msg: Resume(client, msg, robot))


@operator_app.command("remove-robot")
def remove_robot(
    robot: RobotNumber,
    confirm: Annotated[str, typer.Option(help="The code that the first call gave.")] = "",
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Declare a robot dead, in two steps: the first call shows the consequences and gives a code; the second, with the code,
    does it.
    """
    from robots.requests.requests import Remove

    ask(connect, keys, as_json, lambda client, msg: Remove(client, msg, robot, confirm))


@operator_app.command("confirm-place")
def confirm_place(
    robot: RobotNumber,
    cell: CellPlace,
    confirm: Annotated[str, typer.Option(help="The code that the first call gave.")] = "",
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Let a robot log in where it reports itself though it can't be there, in two steps like remove-robot.

    The cell is closed to all other robots until then. Go and look first: only a person who sees the robot there can know.
    """
    from robots.requests.requests import ConfirmPlace

    place = _place(cell)
    ask(connect, keys, as_json, lambda client, msg: ConfirmPlace(client, msg, robot, place, confirm))


@operator_app.command("close-cell")
def close_cell(cell: CellPlace, connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """Close a cell to all robots until it is opened. A robot standing in it drives out."""
    from robots.requests.requests import Close

    place = _place(cell)
    ask(connect, keys, as_json, lambda client, msg: Close(client, msg, place))


@operator_app.command("open-cell")
def open_cell(cell: CellPlace, connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """Open a cell that was closed by close-cell."""
    from robots.requests.requests import Open

    place = _place(cell)
    ask(connect, keys, as_json, lambda client, msg: Open(client, msg, place))


@operator_app.command()
def drain(robot: MaybeRobot = None, connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """Give a robot no new work; without a robot, release no more orders and finish those in work. `resume` ends it."""
    from robots.requests.requests import Drain

    ask(connect, keys, as_json, lambda client, msg: Drain(client, msg, robot))


@operator_app.command()
def restore(
    kind: Annotated[Restorable, typer.Argument(metavar="KIND", help="pod, robot, charger or outfeed.")],
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Number of the pod or robot, ROW,COL of the charger, id of the station."),
    ],
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Put back into service what was taken out because actions failed. `status` lists it."""
    from robots.requests.requests import Restore

    wanted = _place(name) if kind == Restorable.CHARGER else order_named(name)
    ask(connect, keys, as_json, lambda client, msg: Restore(client, msg, kind.value, wanted))


@operator_app.command()
def stop(
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the controller's end; 0: no wait.")] = 60.0,
    as_json: AsJson = False,
) -> None:
    """End the controller after a complete tick, and wait until it is gone. Started again on its store, the floor continues
    from there. Exit 0: it has ended; 1: refused, or still running.
    """
    from robots.requests.requests import Stop

    with ControllerConnection(connect, keys, ("operator",)) as controller:
        result = controller.ask(Stop(controller.name, secrets.token_hex(8)))
        ended = result.ok and controller.wait_for_end(wait)
    tell(result, [result.text, "the controller has ended"] if ended else [result.text], as_json=as_json)
    if wait and not ended:
        end_with_error("failed", [f"the controller is still running {wait:g} s after the request to stop"], REFUSED)


@operator_app.command("status")
def floor_status(connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """Say how the floor stands: orders, robots, and what is paused, drained, closed, offline, lost or out of service."""
    from controller.operations.status_words import status_lines
    from robots.requests.requests import Status

    ask(connect, keys, as_json, Status, lines=status_lines)


def _place(text: str) -> str:
    """Return a cell as "3,4", also from "(3, 4)" as the program writes it."""
    row, comma, col = text.strip().strip("()").replace(" ", "").partition(",")
    if not (comma and all(part.isascii() and part.isdigit() and len(part) <= 5 for part in (row, col))):
        raise InputError.single(f"cell {text}", "", "is not ROW,COL", "such as 12,3")
    return f"{row},{col}"


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
