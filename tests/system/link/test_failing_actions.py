"""Robots on real sockets whose lifts fail: one alarm, a few attempts, then other robots do the work until people have
checked.
"""

from collections import Counter

from controller.kpis.incidents import Incident
from controller.scenario.read import load_scenario
from controller.serving.serve import Serve
from controller.site.out_of_service import Kind, Thing
from controller.warehouse.pods import PodState
from robots.agents.drive import UnitBody
from robots.recording.frames import NO_LOAD
from robots.requests import requests
from tests.support.processes.served import TINY, Crew, ask, served, wait_until

ROBOTS = 3


class Jammed(UnitBody):
    """A body whose lift never rises."""

    tries = 0

    def lift(self, what: int) -> None:
        if what != NO_LOAD:
            self.tries += 1
            raise RuntimeError("the lift is jammed")
        super().lift(what)


def incidents(serve: Serve, kind: str) -> list[Incident]:
    return [incident for incident in serve.run_.kpis.incidents.first if incident.kind == kind]


def test_a_robot_that_cannot_lift_is_taken_out_and_the_others_do_its_work() -> None:
    """After the first pod, the pod is suspected; after the second, the robot. There is one alarm per action, and an
    operator ends both.
    """
    bodies = {0: Jammed(), **{robot: UnitBody() for robot in range(1, ROBOTS)}}
    scenario = load_scenario(TINY, {"robots.count": f"{ROBOTS}", "orders.per_station_hour": "3000"})
    with served(scenario, speed=10.0) as serve, Crew(serve.addresses[0], bodies):
        site = serve.run_.site
        wait_until(lambda: site.out_of_service.has(Kind.ROBOT, 0))
        wait_until(lambda: site.book.units_picked > 2)
        alarms = Counter(alarm.robot for alarm in incidents(serve, "alarm: action"))
        assert alarms == {0: 2}
        assert bodies[0].tries == 6  # type: ignore[attr-defined]
        assert len(incidents(serve, "pod out of service")) == len(incidents(serve, "pod back in service")) == 1
        assert not (site.pods.state == PodState.QUARANTINED).any()
        told = ask(serve.addresses[1], requests.Status("tester", "1"))
        assert "robot 0 waits for people to check" in told.text
        assert ask(serve.addresses[1], requests.Restore("tester", "2", "robot", "0")).ok
        wait_until(lambda: Thing(Kind.ROBOT, 0) not in site.out_of_service.reasons)
