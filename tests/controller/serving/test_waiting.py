"""Before the first tick: whom a served floor waits for, what it says of it, and what the desk answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from controller.build_site import start_cells
from controller.cli.live.serve import _WaitingLines
from controller.kpis import Kpis
from controller.persistence.store import Store
from controller.scenario.scenario import Scenario
from controller.serving.resume import recover
from controller.serving.serve import Serve, ServeOptions
from controller.serving.waiting import Waiting, start_line
from controller.site.site import Site
from robots.agents.drive import UnitBody
from robots.recording.live_stream import FrameSubscriber
from robots.requests import requests
from robots.requests.client import RequestClient
from tests.support.floor.tiny_site import TINY, tiny, tiny_site
from tests.support.processes.patience import wait_until
from tests.support.processes.served import LOOPBACK, Crew, served

ME = ("tester", "1")


def test_waiting_in_words() -> None:
    """The line lists the missing robots by number, and the longest wait."""
    assert Waiting(30, [7], 12.4).words == "29 of 30 robots are logged in; waiting for robot 7, at most 12 s more"
    many = Waiting(30, list(range(12)), 3.0).words
    assert many.endswith("waiting for robots 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more, at most 3 s more")
    assert Waiting(3, [], 9.0).words == "3 of 3 robots are logged in"
    assert Waiting(3, [1, 2], 0.0).words == "1 of 3 robots are logged in; missing: robots 1, 2"


def test_the_start_cells_are_where_the_robots_of_a_run_stand() -> None:
    """Without building the floor, also for another seed and another number of robots."""
    for run, robots in (({"seed": 1}, {}), ({"seed": 5}, {"count": 4})):
        sections = {"run": run, "robots": robots}
        assert start_cells(tiny(**sections)).tolist() == tiny_site(**sections).robots.cell.tolist()
    line = start_line([13, 14], 12)
    assert line == "robots start heading east: 0 in (1, 1), 1 in (1, 2)"
    assert start_line([0] * 12, 12).endswith("and 2 more (podfleet layout show --robots lists all)")


def test_lines_come_when_it_begins_when_much_has_changed_and_every_few_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a last one with the first tick."""
    now = 100.0
    monkeypatch.setattr("controller.cli.live.serve.time.monotonic", lambda: now)
    lines = _WaitingLines()
    lines(Waiting(30, list(range(30)), 30.0))
    lines(Waiting(30, list(range(28)), 29.0))
    lines(Waiting(30, [7], 25.0))
    now = 106.0
    lines(Waiting(30, [7], 19.0))
    lines(Waiting(30, [7], 0.0))
    told = capsys.readouterr().err.splitlines()
    assert [line.split(" of ")[0] for line in told] == ["0", "29", "29"]
    assert lines.last(0) == "first tick: 29 of 30 robots are logged in; missing: robot 7"
    assert lines.last(77).startswith("continues at tick 77: ")


def test_a_floor_that_is_being_prepared_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its kernels and distances may take a minute. What is refused meanwhile isn't done later, though it is asked again."""
    serve = Serve(tiny(TINY, robots={"count": 3}), ServeOptions((LOOPBACK,) * 3, wait_s=0.0, speed=100.0))
    told: list[requests.Result] = []
    pause = requests.Pause("tester", "2", 0)

    def prepare(store: Store | None, scenario: Scenario) -> tuple[Site, Kpis | None]:
        with RequestClient(serve.server.addresses[1]) as client:
            told.extend(client.ask(request) for request in (requests.Status(*ME), pause))
        return recover(store, scenario)

    monkeypatch.setattr("controller.serving.serve.recover", prepare)
    with serve, RequestClient(serve.addresses[1]) as client, ThreadPoolExecutor(1) as threads:
        again = threads.submit(client.ask, pause)
        serve.run(lambda _: serve.stop() if again.done() else None)
        assert not serve.run_.site.operator_state.paused
    status, refusal = told
    assert status.ok
    assert status.text.startswith("preparing since 0 s; robots may log in when it is done")
    assert status.data == {"mode": "preparing"}
    assert not refusal.ok
    assert refusal == again.result()


def test_the_desk_says_who_is_waited_for_and_an_operator_can_end_it() -> None:
    """The status is answered before the first tick; what would change it is refused for good; `stop` ends the waiting."""
    with served(tiny(TINY, robots={"count": 3}), wait_s=600.0) as serve, RequestClient(serve.addresses[1]) as client:
        told = client.ask(requests.Status(*ME))
        assert told.ok
        assert told.text.startswith("before the first tick: 0 of 3 robots are logged in; waiting for robots 0, 1, 2")
        assert (told.data["connected"], told.data["offline"]) == (0, ["0", "1", "2"])
        order = requests.WantedOrder("A-1", [requests.WantedLine("SKU-1", 1)])
        early = [requests.Pause("tester", "2", 0), requests.Submit("tester", "3", [order])]
        for request in early:
            told = client.ask(request)
            assert not told.ok
            assert "waits for robots 0, 1, 2, at most" in told.text
            assert "first tick not yet" in told.text
        with FrameSubscriber(serve.addresses[2]) as viewer:
            wait_until(lambda: viewer.header, lambda: viewer.receive(20))
        assert client.ask(requests.Stop("tester", "4")).ok
        assert serve.run_.site.tick == 1
        assert not serve.run_.site.operator_state.paused
        assert not serve.run_.site.operator_state.submitted
    with served(tiny(TINY, robots={"count": 3}), wait_s=0.0) as serve, RequestClient(serve.addresses[1]) as client:
        told = client.ask(requests.Status(*ME))
        assert "3 robots, 0 dead, 0 connected" in told.text
        assert serve.run_.kpis.incidents.counts["robot fault: silent"] == 3
        assert told.data["offline"] == ["0", "1", "2"]


class Brakeless(UnitBody):
    """Its brake fails when it is needed."""

    broken = False

    def stop(self) -> None:
        super().stop()
        if self.broken:
            raise OSError("no brake")


def test_a_pause_hides_no_failing_brake() -> None:
    """The status names the robot as paused and as one with a fault, and an alarm comes."""
    bodies = {0: Brakeless(), 1: UnitBody(), 2: UnitBody()}
    with served(tiny(TINY, robots={"count": 3})) as serve, Crew(serve.addresses[0], bodies):
        wait_until(lambda: serve.run_.site.tick)
        bodies[0].broken = True
        with RequestClient(serve.addresses[1]) as client:
            assert client.ask(requests.Pause("tester", "1", 0)).ok
            told = []

            def stopped() -> bool:
                told.append(client.ask(requests.Status("tester", f"status-{len(told)}")).data)
                return told[-1]["stopped"] == ["0"]

            wait_until(stopped)
        assert told[-1]["paused"] == ["0"]
        assert told[-1]["faults"] == ["robot 0: stop() raised OSError: no brake"]
        incidents = serve.run_.kpis.incidents
        wait_until(
            lambda: "robot 0: stop() raised OSError: no brake" in [incident.text for incident in incidents.first]
        )
        assert "robot fault: stop" not in incidents.counts
        assert incidents.counts["robot fault: pause"] == 1
