"""`podfleet robots conform`: test whether an agent keeps the rules of the robot link. Registered by
controller/cli/live/robots.py.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.output import INTERRUPTED, AsJson, fail, note, print_document, print_table
from layout.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from controller.link.conformance.run import Verdict
    from robots.link.keys import Key, Registry

_BROKEN = 1
_MARKS = {"kept": "green", "broken": "bold red", "not tried": "yellow", "skipped": "dim"}


def conform(
    bind: Annotated[
        str, typer.Option("--bind", "--connect", help="Address to wait at for the agent, as a controller does.")
    ] = "tcp://127.0.0.1:5600",
    keys: Annotated[
        Path | None, typer.Option(help="Folder made by podfleet keys make. Without it: this machine only.")
    ] = None,
    robot: Annotated[int | None, typer.Option(min=0, help="Robot to test; default: the first that logs in.")] = None,
    width: Annotated[int, typer.Option(min=1, max=1 << 16, help="Columns of the grid that its cells count by.")] = 1000,
    pod: Annotated[int, typer.Option(min=0, help="Number of the pod to lift.")] = 1,
    speed: Annotated[float, typer.Option(min=0.01, max=100, help="Floor time for real time, for simulated bodies.")] = (
        1.0
    ),
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for its login.")] = 60.0,
    patience: Annotated[
        float, typer.Option(min=0.1, help="Seconds within which it must drive four cells, or lift.")
    ] = 30.0,
    skip: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Leave a rule out, e.g. lift for a unit that can't.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Try this rule alone, after the login; repeat it for more.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Test an agent against the rules of the link. It needs four free cells. Exit 0: all kept; 1: not; 2: bad input."""
    from controller.link.conformance.examiner import Examiner
    from controller.link.conformance.run import check_options, examine, named
    from controller.link.conformance.session import ConformOptions

    options = ConformOptions(
        robot=robot,
        width=width,
        pod=pod,
        speed=speed,
        wait_s=wait,
        patience_s=patience,
        skip=frozenset(skip or []),
        only=frozenset(only or []),
    )
    check_options(options)
    try:
        with Examiner(bind, options, *_keys(keys)) as exam:
            verdicts = examine(exam, note)
            examined = exam.robot
    except KeyboardInterrupt:
        fail("interrupted", ["stopped before all rules were tried"], INTERRUPTED)
    print_table(_table(verdicts, f"robot {examined}"))
    if as_json:
        print_document({"robot": examined, **_figures(verdicts)})
    if named(verdicts, "broken") or named(verdicts, "not tried"):
        raise typer.Exit(_BROKEN)


def _keys(folder: Path | None) -> "tuple[Key | None, Registry | None]":
    if folder is None:
        return None, None
    if not folder.is_dir():
        raise InputError.single(str(folder), "", "is no folder of keys", "a folder made by podfleet keys make")
    from robots.link.keys import server_keys

    return server_keys(folder)


def _figures(verdicts: "list[Verdict]") -> dict[str, object]:
    from controller.link.conformance.run import named
    from robots.link.messages import VERSION

    rules = [
        {
            "name": verdict.rule.name,
            "rule": verdict.rule.of or None,
            "did": verdict.rule.did,
            "expected": verdict.rule.expected,
            "state": verdict.state,
            "found": verdict.found,
            "seconds": round(verdict.seconds, 3),
        }
        for verdict in verdicts
    ]
    states = {state.replace(" ", "_"): named(verdicts, state) for state in ("kept", "broken", "not tried", "skipped")}
    return {"version": VERSION, **states, "rules": rules}


def _table(verdicts: "list[Verdict]", title: str) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for head in ("rule", "what was done", "expected", "verdict"):
        table.add_column(head, no_wrap=head == "rule")
    for verdict in verdicts:
        said = verdict.state + (f": {verdict.found}" if verdict.found else "")
        table.add_row(verdict.rule.name, verdict.rule.did, verdict.rule.expected, Text(said, _MARKS[verdict.state]))
    return table
