"""Faults injected by a scenario: their checks, and their form for the simulated fleet."""

from collections.abc import Iterator

from controller.scenario.disruptions import standstills
from controller.scenario.scenario import InjectedFault, Scenario, fleet_size, pod_count
from robots.units.action_faults import ActionFault
from robots.units.fleet import Action
from robots.wording.formatting import cell_at

ACTIONS = {"lift": Action.LIFT, "set-down": Action.SET_DOWN, "charge": Action.CHARGE, "drive": Action.FORWARD}
"""Kinds of faults of an action."""
_BY_POD = ("lift", "set-down")


def standing(scenario: Scenario) -> list[tuple[int, int, int]]:
    """Return (tick, robot, ticks) of robots that stop, ticks < 0 for good; a robot whose drive fails stops too."""
    stops = [
        (fault.tick, fault.robot, -1 if fault.kind == "die" else fault.ticks)
        for fault in scenario.faults
        if fault.kind in ("stop", "die", "drive") and isinstance(fault.robot, int)
    ]
    return stops + standstills(scenario)


def failing(scenario: Scenario) -> list[ActionFault]:
    """Return the actions that fail."""
    return [
        ActionFault(
            ACTIONS[fault.kind],
            begin=fault.tick,
            end=fault.tick + fault.ticks,
            robot=fault.robot if isinstance(fault.robot, int) else -1,
            pod=fault.pod,
            cell=_cell(scenario, fault.charger),
        )
        for fault in scenario.faults
        if fault.kind in ACTIONS
    ]


def faults_of_fault(scenario: Scenario, fault: InjectedFault) -> Iterator[tuple[str, str]]:
    """Yield (fault, remedy) of one of a scenario's injected faults."""
    robots, pods = fleet_size(scenario), pod_count(scenario)
    if isinstance(fault.robot, int) and fault.robot >= robots:
        yield f"there is no robot {fault.robot}", f"robots are 0–{robots - 1}"
    if fault.robot == "any" and fault.kind in ("stop", "die", "drive"):
        yield f'robot = "any" can\'t be of kind {fault.kind}', "name one robot"
    if fault.robot == "any" and fault.kind in ACTIONS and fault.pod < 0 and not fault.charger:
        yield 'robot = "any" is of no pod and no charger', "add the pod or charger at fault"
    if fault.pod >= 0 and fault.kind not in _BY_POD:
        yield f"pod is not for kind {fault.kind}", f"for {' and '.join(_BY_POD)} only"
    elif fault.pod >= pods:
        yield f"there is no pod {fault.pod}", f"pods are 0–{pods - 1}"
    if fault.charger and fault.kind != "charge":
        yield f"charger is not for kind {fault.kind}", "for charge only"
    elif fault.charger and _cell(scenario, fault.charger) not in scenario.floor.chargers.tolist():
        grid = scenario.floor.grid
        chargers = ", ".join(cell_at(cell, grid.width) for cell in scenario.floor.chargers.tolist()[:10])
        yield f"there is no charger at {fault.charger}", f"chargers are at {chargers or 'no cell'}"


def _cell(scenario: Scenario, text: str) -> int:
    """Return "row,col" as a cell, -1 for "" and for a cell off the grid."""
    if not text:
        return -1
    row, col = map(int, text.split(","))
    grid = scenario.floor.grid
    return grid.cell(row, col) if row < grid.height and col < grid.width else -1
