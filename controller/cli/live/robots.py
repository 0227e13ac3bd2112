"""`podfleet robots`: simulated drive units as agents on the network, many in a process."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.live.conformance import conform
from controller.cli.shared.output import INTERRUPTED, note
from layout.errors import InputError
from robots.wording.formatting import count

if TYPE_CHECKING:
    from robots.agents.drive import DriveUnit, UnitBody
    from robots.link.keys import Key

robots_app = typer.Typer(add_completion=False)
robots_app.command()(conform)

_REFUSED = 1
_MOST_ROBOTS = 1 << 20
_IDS = "numbers from 0 and ranges, as 0-199,300"


@robots_app.callback(invoke_without_command=True)
def robots(
    context: typer.Context,
    connect: Annotated[str, typer.Option(metavar="ADDRESS", help="The controller, e.g. tcp://10.0.0.5:5600.")] = "",
    keys: Annotated[Path | None, typer.Option(help="Folder of key files; none on loopback.")] = None,
    ids: Annotated[str, typer.Option(help="Robot numbers, e.g. 0-199.")] = "",
    bodies: Annotated[
        str, typer.Option(help="drive: accelerating drive units; unit: a cell or turn in 0.6 of a tick.")
    ] = "drive",
    delay: Annotated[float, typer.Option(min=0.0, max=60.0, help="Seconds each message takes, both ways.")] = 0.0,
    fault: Annotated[
        str, typer.Option(metavar="SPEC", help="Bad network, e.g. drop=0.2,duplicate=0.1,delay=0.3.")
    ] = "",
    fault_seed: Annotated[int, typer.Option(help="Seed of the bad network.")] = 0,
    trace: Annotated[Path | None, typer.Option(help="CSV file for the true positions.")] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.0, help="Seconds after which to end; default: until stopped.")
    ] = None,
) -> None:
    """Run simulated robots that log in at a controller and drive as ordered. Exit 1: it refuses all of them; 2: bad input."""
    if context.invoked_subcommand is not None:
        return
    from contextlib import ExitStack

    from robots.agents.agent import Agents
    from robots.agents.fault_injection import read_faults
    from robots.agents.position_trace import Trace

    faults = read_faults(fault, delay) if fault or delay else None
    address, (numbers, found) = _address(connect), _with_keys(read_ids(ids), keys)
    make_body = _body(bodies)
    with ExitStack() as stack:
        written = stack.enter_context(Trace(trace)) if trace is not None else None
        crew = {robot: make_body(occupied=written.of(robot) if written else None) for robot in numbers}
        agents = stack.enter_context(
            Agents(
                address,
                crew,
                found,
                read_key=_reader(keys),
                faults=faults,
                fault_seed=fault_seed,
                trace=written,
                tell=_tell,
            )
        )
        try:
            agents.run(seconds)
        except KeyboardInterrupt:
            _tell(f"stopped: {agents.connected} of {count(len(numbers), 'robot')} were connected")
            raise typer.Exit(INTERRUPTED) from None
        if agents.given_up:
            _tell("the controller refuses all of these robots")
            raise typer.Exit(_REFUSED)
        if not agents.connected:
            _tell(_nobody_there(address, agents.ever_connected))


def _nobody_there(address: str, before: bool) -> str:
    """Return the message for the end of `--seconds` without a connected robot. before: whether one was connected before."""
    if before:
        return f"the floor at {address} has ended, or can't be reached any more: no robot is connected"
    return f"no robot was ever connected to {address}"


def read_ids(text: str) -> list[int]:
    """Return 0-based robot numbers, sorted and without repetition, from a list of numbers and ranges. InputError for other
    text.
    """
    found: set[int] = set()
    for word in text.split(","):
        first, dash, last = word.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise _bad_ids(text, f"{word.strip()!r} is neither a number nor a range" if text else "is missing")
        begin, end = int(first), int(last or first)
        if end < begin:
            raise _bad_ids(text, f"the range {word.strip()} runs backwards")
        if end >= _MOST_ROBOTS:
            raise _bad_ids(text, f"{end} is more than a robot's number can be", f"0 to {_MOST_ROBOTS - 1}")
        found.update(range(begin, end + 1))
    return sorted(found)


def _bad_ids(text: str, what: str, instead: str = _IDS) -> InputError:
    return InputError.single(f"--ids {text}".strip(), "", what, instead)


def _address(connect: str) -> str:
    from robots.link.address import check_address

    if not connect:
        raise InputError.single("--connect", "", "is missing", "the controller's address, as tcp://127.0.0.1:5600")
    return check_address(connect)


def _body(name: str) -> "type[DriveUnit] | type[UnitBody]":
    from robots.agents.drive import DriveUnit, UnitBody

    kinds: dict[str, type[DriveUnit] | type[UnitBody]] = {"drive": DriveUnit, "unit": UnitBody}
    if name not in kinds:
        raise InputError.single(f"--bodies {name}", "", "there are no such bodies", "drive or unit")
    return kinds[name]


def _reader(folder: Path | None) -> "Callable[[int], Key] | None":
    """Return a function that reads a robot's key again, because key files may be replaced."""
    from robots.link.keys import find_robot_keys

    return None if folder is None else lambda robot: find_robot_keys(folder, [robot])[robot]


def _with_keys(ids: list[int], folder: Path | None) -> "tuple[list[int], dict[int, Key] | None]":
    """Return the robots that have a key, and their keys. Robots without a key are reported; InputError if all are."""
    if folder is None:
        return ids, None
    from robots.link.keys import find_robot_keys, read_key, robots_of

    names = [file.stem for file in folder.glob("robot*.key")] if folder.is_dir() else [read_key(folder).name]
    there = {robot for name in names for robot in robots_of(name)}
    usable = [robot for robot in ids if robot in there]
    keys = find_robot_keys(folder, usable or ids)
    if without := [robot for robot in ids if robot not in there]:
        _tell(
            f"{folder} has no key for {count(len(without), 'robot')} ({_span(without)}); "
            f"continuing with the other {len(usable)}"
        )
    return usable, keys


def _span(ids: list[int]) -> str:
    """Return robots as written after --ids; the first few ranges."""
    ranges: list[tuple[int, int]] = []
    for robot in ids:
        if ranges and robot == ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], robot
        else:
            ranges.append((robot, robot))
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    return ",".join(words[:5]) + (",…" if len(words) > 5 else "")


def _tell(line: str) -> None:
    note(line)
