"""Page about a pod: place, task, contents, and the reason for its last move."""

from layout.wording import count
from robots.recording import events as ev
from robots.units.lifecycle import RobotState
from robots.wording.event_words import ROBOT_STATES
from robots.wording.supply_chain_words import sku_words
from visualizer.inspector.page_lines import (
    Line,
    Moment,
    alarm,
    fact,
    head,
    out_of_service,
    recent_about,
    robot,
    sentence,
    station,
    title,
    why,
)
from visualizer.inspector.robot_page import task_words
from visualizer.scene.scene import Selection, Thing

_NEWS = (ev.TaskCreated, ev.PlaceChosen, ev.PodQuarantined, ev.PodAvailable, ev.OutOfService, ev.BackInService)


def pod_page(moment: Moment, pod: int) -> list[Line]:
    news = recent_about(moment, ("pod", pod), _NEWS)
    carrier = moment.scene.carrier(moment.frame, pod)
    lines = [title(f"pod {pod}"), _place(moment, pod, carrier)]
    reach = [event for event in news if isinstance(event, ev.PodQuarantined | ev.PodAvailable)]
    dead = carrier >= 0 and moment.frame.robots["state"][carrier] == RobotState.DEAD
    if dead or (reach and isinstance(reach[-1], ev.PodQuarantined)):
        lines.append(alarm("quarantined: its stock can't be used"))
    lines += out_of_service(moment, ("pod", pod))
    return [*lines, *_task(moment, pod), *why(moment, news, most=3), *_contents(moment, pod)]


def _place(moment: Moment, pod: int, carrier: int) -> Line:
    cell = int(moment.frame.pods[pod])
    if cell >= 0:
        return fact("stands at", moment.scene.cell_words(cell), Selection(Thing.CELL, cell))
    if carrier < 0:
        return fact("place", "unknown")
    state = RobotState(min(int(moment.frame.robots["state"][carrier]), RobotState.DEAD))
    return fact("carried by", f"robot {carrier}, {ROBOT_STATES[state]}", robot(carrier))


def _task(moment: Moment, pod: int) -> list[Line]:
    """Return the task of the pod, until it is done."""
    created = recent_about(moment, ("pod", pod), (ev.TaskCreated,))
    task = moment.history.task(created[-1].task, moment.tick) if created else None  # type: ignore[union-attr]
    if task is None or task.ended >= 0:
        return []
    lines = [fact("task", f"{task.number}: {task_words(moment, task)}", station(moment, task.station))]
    if moment.frame.pods[pod] >= 0:
        who = f"robot {task.robot}" if task.robot >= 0 else "no robot assigned yet"
        lines.append(fact("fetched by", who, robot(task.robot)))
    return lines


def _contents(moment: Moment, pod: int) -> list[Line]:
    """Return the SKUs of the pod by units, most first, with the number of bins."""
    contents = moment.history.contents(pod, moment.tick)
    amounts: dict[int, list[int]] = {}
    for content in contents.held:
        amounts.setdefault(content.sku, []).append(content.units)
    total = sum(content.units for content in contents.held)
    lines = [
        head(f"contents: {count(total, 'unit')}, {count(len(amounts), 'SKU')}, {count(len(contents.held), 'bin')}")
    ]
    if not contents.whole:
        lines = [head("contents"), sentence("Its history is incomplete: there may be more in it.")]
    for sku, in_bins in sorted(amounts.items(), key=lambda item: (-sum(item[1]), item[0])):
        bins = f" in {count(len(in_bins), 'bin')}" if len(in_bins) > 1 else ""
        lines.append(fact(count(sum(in_bins), "unit"), f"{sku_words(moment.scene.header, sku)}{bins}"))
    return lines
