"""`podfleet orders` and `podfleet operator` against the desk of a site in process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result as Outcome
from typer.testing import CliRunner

from controller.cli.app import app
from controller.operations.requests import RequestHandler
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from controller.tick import tick
from layout.errors import InputError
from robots.link.messages import encode
from robots.units.lifecycle import RobotState
from tests.support.floor.tiny_site import tiny_site
from tests.support.link.request_router import router

Podfleet = Callable[..., Outcome]
HEAD = "order_id,sku,quantity,timestamp\n"


@pytest.fixture
def site() -> Site:
    return tiny_site(orders={"per_station_hour": 0})


@pytest.fixture
def podfleet(site: Site) -> Iterator[Podfleet]:
    """The command line, connected to the site's desk."""
    handler = RequestHandler(site)
    with router(lambda _, request: [encode(handler.apply(request, "")[0])]) as there:
        yield lambda *words: CliRunner().invoke(app, [*map(str, words), "--connect", there.address])


def csv(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "orders.csv"
    file.write_text(head + "".join(f"{row}\n" for row in rows))
    return file


def test_orders_of_a_file_are_taken_once(podfleet: Podfleet, site: Site, tmp_path: Path) -> None:
    """Submitting a file again has no effect; lines of one SKU are added up."""
    file = csv(tmp_path, "A1,SKU-00001,1,2024-03-01", "A2,SKU-00002,1,2024-03-01", "A1,SKU-00001,2,2024-03-01")
    first = podfleet("orders", "submit", file)
    assert (first.exit_code, first.stdout, first.stderr) == (0, "2 orders taken, 0 already there, 0 refused\n", "")
    again = podfleet("orders", "submit", file)
    assert (again.exit_code, again.stdout) == (0, "0 orders taken, 2 already there, 0 refused\n")
    assert [[(line.sku, line.units) for line in o.lines] for o in site.book.open.values()] == [[(0, 3)], [(1, 1)]]
    status = podfleet("orders", "status", "A1")
    assert status.stdout == "order A1 waits in the backlog, 0 of 3 units picked, due in 120 min\n"


BAD_LINES = {
    "A1,SKU-00001,5000,2024-03-01": "line 3 (SKU-00001): 5000 units; a line has at most 1000",
    "A1,SKU-00001,1.5,2024-03-01": "line 3: quantity is not a whole number ('1.5')",
    'A1,SKU-00001,"1,000",2024-03-01': "line 3: quantity may be thousands or decimals ('1,000')",
    "A1,SKU-00001,1.000,2024-03-01": "line 3: quantity may be thousands or decimals ('1.000')",
    "A1,SKU-00001,-1,2024-03-01": "line 3: cancellation or return (quantity < 0) ('-1')",
    "A1,SKU-00001,0,2024-03-01": "line 3: quantity is 0 ('0')",
    "A1,SKU-00001,1,yesterday": "line 3: timestamp can't be read ('yesterday')",
    "A1,SKU-00001": "line 3: too few columns",
    "A1,,1,2024-03-01": "line 3: no order_id or sku",
    "A1,bo\x07lt,1,2024-03-01": "line 3: order_id or sku has a control sign ('U+0007')",
    "A1,bolt,1,2024-03-01": "line 3 (bolt): this floor has no such SKU",
}


@pytest.mark.parametrize("row", BAD_LINES)
def test_a_row_that_cant_be_used_refuses_its_whole_order(
    row: str, podfleet: Podfleet, site: Site, tmp_path: Path
) -> None:
    """The order and the line of the file are named; the other orders are taken; exit status 1."""
    file = csv(tmp_path, "A1,SKU-00002,1,2024-03-01", row, "A2,SKU-00001,1,2024-03-01", "A3,SKU-00001,1,2024-03-01")
    outcome = podfleet("orders", "submit", file)
    assert (outcome.exit_code, outcome.stdout) == (1, "2 orders taken, 0 already there, 1 refused\n")
    assert f"order A1: {BAD_LINES[row]}" in outcome.stderr.splitlines()
    assert [order.name for order in site.book.open.values()] == ["A2", "A3"]


def test_a_row_of_no_order_is_named(podfleet: Podfleet, tmp_path: Path) -> None:
    """Nobody knows which order lacks it, so that the exit status is 1."""
    file = csv(tmp_path, "A1,SKU-00002,1,2024-03-01", ",SKU-00001,1,2024-03-01")
    outcome = podfleet("orders", "submit", file)
    assert (outcome.exit_code, outcome.stdout) == (1, "1 order taken, 0 already there, 0 refused\n")
    assert outcome.stderr.splitlines()[-1] == "line 3: no order_id or sku"


def test_an_order_number_of_more_than_100_signs_is_refused_alone(podfleet: Podfleet, tmp_path: Path) -> None:
    """The others are taken."""
    file = csv(tmp_path, f"{'A' * 101},SKU-00002,1,2024-03-01", "A2,SKU-00001,1,2024-03-01")
    outcome = podfleet("orders", "submit", file)
    assert (outcome.exit_code, outcome.stdout) == (1, "1 order taken, 0 already there, 0 refused\n")
    assert "line 2: order_id or sku of more than 100 signs" in outcome.stderr


def test_a_cancelled_order_isnt_already_there(podfleet: Podfleet, tmp_path: Path) -> None:
    """Handed in again, it is refused, and the answer says that it was cancelled."""
    file = csv(tmp_path, "A1,SKU-00002,1,2024-03-01")
    podfleet("orders", "submit", file)
    podfleet("orders", "cancel", "A1")
    outcome = podfleet("orders", "submit", file)
    assert (outcome.exit_code, outcome.stdout) == (1, "0 orders taken, 0 already there, 1 refused\n")
    assert outcome.stderr.startswith("order A1: was cancelled")


def test_a_large_file_goes_in_several_messages(podfleet: Podfleet, site: Site, tmp_path: Path) -> None:
    """All of its orders come in, in the order of the file, and are due when the option says."""
    file = csv(tmp_path, *(f"A{number},SKU-00001,1,2024-03-01" for number in range(250)))
    outcome = podfleet("orders", "submit", file, "--due-s", 60, "--json")
    assert json.loads(outcome.stdout) == {"taken": 250, "there": [], "refused": [], "rows_skipped": {}}
    assert [order.name for order in site.book.open.values()] == [f"A{number}" for number in range(250)]
    assert {order.due for order in site.book.open.values()} == {60}


def test_refused_orders_are_told_line_by_line(podfleet: Podfleet, tmp_path: Path) -> None:
    """Exit status 1; the others are taken."""
    head = "order_id,StockCode,quantity,timestamp\n"
    file = csv(tmp_path, "A1,SKU-00001,1,2024-03-01", "A2,bolt,1,2024-03-01", head=head)
    outcome = podfleet("orders", "submit", file, "--column", "sku=StockCode")
    assert (outcome.exit_code, outcome.stdout) == (1, "1 order taken, 0 already there, 1 refused\n")
    assert outcome.stderr == "order A2: line 3 (bolt): this floor has no such SKU\n"
    unknown = podfleet("orders", "status", "A2")
    assert (unknown.exit_code, unknown.stderr) == (1, "refused: there is no order A2\n")


@pytest.mark.parametrize(
    ("rows", "words", "fault"),
    [
        ([], (), "has no order lines"),
        (["A1,x,1,2024-03-01"], ("--column", "item=x"), "FIELD is one of order_id, sku, quantity, timestamp"),
        (
            ["A1,x,1,2024-03-01"],
            ("--column", "sku=Item"),
            "has no column Item (it has order_id, sku, quantity, timestamp; --column",
        ),
        (["A1,x,1,2024-03-01"], ("--encoding", "klingon"), "--encoding: klingon is not a known encoding"),
        (
            ["A1,x,1,2024-03-01"],
            ("--date-format", "DD.MM.YYYY"),
            "--date-format: 'DD.MM.YYYY' doesn't say year, month and day",
        ),
    ],
)
def test_a_file_that_cant_be_used_is_an_input_error(
    podfleet: Podfleet, tmp_path: Path, rows: list[str], words: tuple[str, ...], fault: str
) -> None:
    """Nothing of it is sent."""
    outcome = podfleet("orders", "submit", csv(tmp_path, *rows), *words)
    assert isinstance(outcome.exception, InputError)
    assert fault in str(outcome.exception)


def test_an_order_that_is_too_long_is_refused_alone(podfleet: Podfleet, tmp_path: Path) -> None:
    """The others are taken."""
    long = [f"A1,SKU-{n},1,2024-03-01" for n in range(1_001)]
    outcome = podfleet("orders", "submit", csv(tmp_path, *long, "A2,SKU-00001,1,2024-03-01"))
    assert (outcome.exit_code, outcome.stdout) == (1, "1 order taken, 0 already there, 1 refused\n")
    assert "order A1: is too long: 1001 lines" in outcome.stderr


def test_an_operators_commands_reach_the_desk(podfleet: Podfleet, site: Site) -> None:
    """Each says what it did; what is refused goes to the error output, with exit status 1."""
    row, col = site.grid.at(int(site.floor.chargers[0]))
    for words in (
        ("pause",),
        ("pause", 2),
        ("resume",),
        ("drain", 3),
        ("drain",),
        ("close-cell", f"{row},{col}"),
        ("open-cell", f"({row}, {col})"),
        ("stop", "--wait", 0),
        ("status",),
    ):
        outcome = podfleet("operator", *words)
        assert (outcome.exit_code, outcome.stderr) == (0, ""), words
        assert outcome.stdout.count("\n") == (3 if words == ("status",) else 1)
    assert outcome.stdout.splitlines()[1:] == ["paused by number: robots 2", "drained: robots 3"]
    data = json.loads(podfleet("operator", "status", "--json").stdout)
    assert (data["ok"], data["mode"], data["paused"], data["drained"]) == (True, "running, drained", ["2"], ["3"])
    wall = podfleet("operator", "close-cell", "0,0")
    assert (wall.exit_code, wall.stdout) == (1, "")
    assert wall.stderr == "refused: cell (0, 0) is a wall; no robot enters it anyway\n"
    assert isinstance(podfleet("operator", "close-cell", "here").exception, InputError)


def test_what_is_out_of_service_is_named_and_put_back(podfleet: Podfleet, site: Site) -> None:
    """The status lists it with the reason; `restore` ends it, and refuses what is in service or isn't there."""
    tick(site)
    charger = int(site.floor.chargers[0])
    row, col = site.grid.at(charger)
    names = {Thing(Kind.POD, 2): ("pod", 2), Thing(Kind.ROBOT, 1): ("robot", 1)}
    names |= {Thing(Kind.CHARGER, charger): ("charger", f"{row},{col}"), Thing(Kind.OUTFEED, 0): ("outfeed", "pick-1")}
    for thing in names:
        site.out_of_service.reasons[thing] = "it could not lift"
    told = podfleet("operator", "status").stdout
    assert "pod 2, robot 1, the charger at" in told
    assert "out of service, robot 1: it could not lift\n" in told
    assert len(json.loads(podfleet("operator", "status", "--json").stdout)["out_of_service"]) == 4
    for kind, name in names.values():
        back = podfleet("operator", "restore", kind, name)
        assert back.exit_code == 0, back.stderr
        assert "is back in service; it was out because it could not lift" in back.stdout
        again = podfleet("operator", "restore", kind, name)
        assert (again.exit_code, again.stdout) == (1, "")
        assert "is in service" in again.stderr
    assert site.out_of_service.reasons == {}
    for words, refusal in (
        (("pod", 99), "there is no pod 99; they are numbered 0 to 10"),
        (("charger", "0,0"), f"there is no charger at 0,0; they are at {row},{col}"),
        (("outfeed", "pack-1"), "there is no outfeed of pack-1; there are those of pick-1"),
    ):
        assert refusal in podfleet("operator", "restore", *words).stderr


def test_a_robot_is_removed_with_the_code_of_the_first_call(podfleet: Podfleet, site: Site) -> None:
    """Without it nothing happens."""
    tick(site)
    first = json.loads(podfleet("operator", "remove-robot", 4, "--json").stdout)
    assert podfleet("operator", "remove-robot", 4, "--confirm", "no").exit_code == 1
    assert site.robots.state[4] != RobotState.DEAD
    assert podfleet("operator", "remove-robot", 4, "--confirm", first["confirm"]).exit_code == 0
    assert site.robots.state[4] == RobotState.DEAD
