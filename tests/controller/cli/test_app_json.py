"""`--json` in every command that has it: one document on standard output, all for people and one error object elsewhere."""

import json
import shlex
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperCommand
from typer.main import get_command

from controller.cli.app import app, main
from controller.experiments import processes
from controller.link.conformance.run import names
from controller.operations.requests import RequestHandler
from controller.persistence.store import Store
from controller.run import Run, RunOptions
from controller.warehouse.order_events import OrderEventLog
from robots.agents.agent import Agents
from robots.agents.drive import DriveUnit
from robots.link.messages import encode
from tests.support.floor.tiny_site import DEMO, TINY, run, tiny, tiny_site
from tests.support.link.request_router import router
from tests.support.planning.plans import places, write
from tests.support.planning.tiny_league import written

_UNRELATED = "robots conform"
"""Its words are in a test of its own: it needs an agent beside it."""
DESK = "--connect {desk}"
COMMANDS = {
    "run": "{tiny} --headless --ticks 5",
    "serve": "{tiny} --bind tcp://127.0.0.1:* --wait 0 --ticks 2 --speed 100",
    "compare": "{tiny} {tiny} --ticks 5 --seeds 1",
    "forecast": "{tiny} --orders {folder}/orders.csv --models mean_week --weeks 5",
    "track": "{folder}/run.pfr --order 000001",
    "bench lorr": "{folder}/tiny.json --steps 5 --rounds 8 --threads 1",
    "bench planners": "{folder}/tiny.json --steps 4 --step-ms 40 --seeds 1",
    "layout check": "{tiny}",
    "layout variants": "{tiny} --ticks 60 --seeds 1 --workers 1",
    "store check": "{folder}/site.db",
    "slot analyze": "{tiny} --orders {folder}/orders.csv",
    "slot compare": "{tiny} --orders {folder}/orders.csv --policies turnover",
    "slot heat": "{tiny} --orders {folder}/orders.csv --plan {folder}/plan.csv --out {folder}/heat.png",
    "slot moves": "--from {folder}/plan.csv --to {folder}/other.csv",
    "slot plan": "{tiny} --orders {folder}/orders.csv --out {folder}/new.csv --policy turnover",
    "slot prove": "{tiny} --orders {folder}/orders.csv --plans {folder}/plan.csv,random --replications 1 --ticks 5",
    "orders submit": f"{{folder}}/shop.csv {DESK}",
    "orders status": f"000001 {DESK}",
    "orders track": f"000001 {DESK}",
    "orders prioritise": f"000040 {DESK}",
    "orders cancel": f"000003 {DESK}",
    "operator pause": DESK,
    "operator resume": DESK,
    "operator drain": DESK,
    "operator close-cell": f"1,1 {DESK}",
    "operator open-cell": f"1,1 {DESK}",
    "operator remove-robot": f"1 {DESK}",
    "operator confirm-place": f"1 1,1 {DESK}",
    "operator restore": f"pod 1 {DESK}",
    "operator stop": f"{DESK} --wait 0",
    "operator status": DESK,
    "seller stock": f"house {DESK}",
    "seller advise": f"house ASN-1 {{folder}}/lines.csv {DESK}",
}
"""Arguments of each command; values of the fixture are in braces."""
REFUSED = {"operator restore", "operator confirm-place"}
"""Commands whose words the desk refuses here: nothing is out of service, nobody elsewhere than believed."""


class Here(Executor):
    """An executor without processes: each job is done when it is submitted."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """A tiny floor, a record, orders, plans and a league problem in a folder, and the desk of a floor with a chain."""
    folder = tmp_path_factory.mktemp("json")
    orders = [
        f"{day}-{n},SKU-{n:05},1,2024-0{1 + day // 28}-{1 + day % 28:02} 09:00" for day in range(40) for n in (1, 2)
    ]
    head = "order_id,sku,quantity,timestamp\n"
    (folder / "orders.csv").write_text(head + "\n".join(orders) + "\n", encoding="utf-8")
    (folder / "shop.csv").write_text(f"{head}A1,SKU-00001,1,2024-01-01\n", encoding="utf-8")
    (folder / "lines.csv").write_text("sku,quantity\nSKU-00001,2\n", encoding="utf-8")
    write(folder / "plan.csv", {(0, 0): ("SKU-00001", 12), (1, 0): ("SKU-00002", 12)}, places(2))
    write(folder / "other.csv", {(1, 0): ("SKU-00001", 12), (0, 0): ("SKU-00002", 12)}, places(2))
    written(folder, ["....", "...."], [(0, 0), (1, 0)], [[(0, 3), (1, 3)], [(1, 1)]])
    with Run(tiny_site(orders={"per_station_hour": 0, "backlog": 3}), RunOptions(folder / "run.pfr")) as recorded:
        recorded.step()
        recorded.finish()
    Store(folder / "site.db", tiny()).close()
    site = tiny_site(orders={"per_station_hour": 0, "backlog": 40}, stock={"skus": 30}, sourcing={"confirm_s": 60.0})
    site.order_log = OrderEventLog()
    run(site, 1)
    handler = RequestHandler(site)
    with router(lambda _, request: [encode(handler.apply(request, "")[0])]) as there:
        yield {"tiny": TINY, "demo": DEMO, "folder": folder, "desk": there.address}


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in this process what commands give to other processes."""
    monkeypatch.setattr(processes, "workers", lambda _: nullcontext(Here()))


def with_json() -> list[str]:
    """Commands that have --json, as one types them."""

    def below(command: Any, name: str) -> Iterator[str]:
        if any("--json" in param.opts for param in command.params):
            yield name.strip()
        for word, sub in getattr(command, "commands", {}).items():
            yield from () if sub.hidden else below(sub, f"{name} {word}")

    return list(below(get_command(app), ""))


def called(monkeypatch: pytest.MonkeyPatch, line: str) -> object:
    """Exit status of the console script."""
    monkeypatch.setattr(sys, "argv", ["podfleet", *shlex.split(line)])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code or 0


def test_every_command_with_json_is_in_the_table() -> None:
    """So that a new one is tried as well."""
    assert set(with_json()) == {*COMMANDS, _UNRELATED}


@pytest.mark.parametrize("name", COMMANDS)
def test_standard_output_is_one_document(
    name: str, words: dict[str, object], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Valid JSON without NaN or infinity, to the last byte."""
    status = called(monkeypatch, f"{name} {COMMANDS[name]} --json".format(**words))
    out, err = capfd.readouterr()
    assert status == (1 if name in REFUSED else 0), err
    json.loads(out, parse_constant=pytest.fail)
    assert out.count("\n") == 1


@pytest.mark.parametrize("name", [name for name, line in COMMANDS.items() if "{tiny}" in line or "{folder}" in line])
def test_an_error_of_input_is_one_object(
    name: str,
    words: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Files that aren't there: kind, messages and exit status on standard error, nothing on standard output."""
    missing = words | {"tiny": tmp_path / "none.toml", "folder": tmp_path / "none"}
    assert called(monkeypatch, f"{name} {COMMANDS[name]} --json".format(**missing)) == 2
    out, err = capfd.readouterr()
    error = json.loads(err)["error"]
    assert (out, error["kind"], error["exit_status"]) == ("", "input", 2)
    assert any("none" in message for message in error["messages"])


@pytest.mark.parametrize("name", [*COMMANDS, _UNRELATED])
def test_a_wrong_option_is_one_object(
    name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Words that the command doesn't know are an error of usage."""
    assert called(monkeypatch, f"{name} --nonesuch --json") == 2
    out, err = capfd.readouterr()
    assert (out, json.loads(err)["error"]["kind"]) == ("", "usage")


@pytest.mark.parametrize("name", COMMANDS)
def test_an_interruption_is_one_object(
    name: str, words: dict[str, object], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever a command was doing when Ctrl-C came."""
    monkeypatch.setattr(TyperCommand, "invoke", interrupted)
    assert called(monkeypatch, f"{name} {COMMANDS[name]} --json".format(**words)) == 130
    out, err = capfd.readouterr()
    error = json.loads(err)["error"]
    assert (out, error["kind"], error["exit_status"]) == ("", "interrupted", 130)


def test_an_interruption_is_never_silent(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Without --json it is a line for people, also of a command that was still preparing."""
    monkeypatch.setattr(TyperCommand, "invoke", interrupted)
    assert called(monkeypatch, "layout guide a.map") == 130
    assert capfd.readouterr() == ("", "stopped by the user\n")


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("words", ["--set --json", "--nonesuch --record --json", "--nonesuch -- --json"])
def test_a_value_that_is_called_json_asks_for_nothing(
    words: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """If the word is another option's value, or stands after the end of the options, errors stay lines for people."""
    assert called(monkeypatch, f"run none.toml {words}") == 2
    _, err = capfd.readouterr()
    assert '{"error"' not in err
    assert err


def test_a_refusal_is_one_object(
    words: dict[str, object], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The document says that it was refused, the object why, and the exit status is its own."""
    assert called(monkeypatch, "orders cancel A99 --connect {desk} --json".format(**words)) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["ok"] is False
    assert json.loads(err)["error"] == {
        "kind": "refused",
        "messages": ["refused: there is no order A99"],
        "exit_status": 1,
    }


def test_a_controller_that_does_not_end_is_one_object(
    words: dict[str, object], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`operator stop` waits for the end as long as it is told to, then fails."""
    assert called(monkeypatch, "operator stop --wait 0.1 --connect {desk} --json".format(**words)) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["text"].startswith("the floor is stopping: ")
    error = json.loads(err.splitlines()[-1])["error"]
    messages = ["the controller is still running 0.1 s after the request to stop"]
    assert (error["kind"], error["messages"]) == ("failed", messages)


def test_verdicts_are_one_document(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """`robots conform` with an agent in a thread; all rules but the first are skipped."""
    from tests.support.processes.served import free_port

    address = f"tcp://127.0.0.1:{free_port()}"
    skip = " ".join(f"--skip {name}" for name in names()[1:])
    with ExitStack() as stack:
        agents = stack.enter_context(Agents(address, {0: DriveUnit()}, None, tell=lambda _: None))
        ended = threading.Event()
        thread = threading.Thread(target=agents.run, args=(60.0, ended.is_set))
        thread.start()
        status = called(monkeypatch, f"robots conform --bind {address} {skip} --json")
        ended.set()
        thread.join()
    out, err = capfd.readouterr()
    assert status == 0, err
    assert json.loads(out)["kept"] == names()[:1]
