"""Available operator commands for the selection."""

from visualizer.control.commands import Target, groups, target_of
from visualizer.control.control import AvailableCommands
from visualizer.inspector.inspector import known
from visualizer.paint.renderer import Renderer
from visualizer.scene.scene import Selection, Thing


def available_commands(renderer: Renderer, selection: Selection | None, tick: int) -> AvailableCommands:
    """Return the function for the available commands. tick: the newest of the floor, whose state of the selection
    counts.
    """
    target = _subject(renderer, selection, tick)
    return lambda status: groups(renderer.scene, target, status)


def _subject(renderer: Renderer, selection: Selection | None, tick: int) -> Target:
    frame = renderer.frame_at(tick)
    if frame is None or selection is None or not known(renderer.scene, selection):
        return Target()
    order = renderer.history.order(selection.number, tick) if selection.thing is Thing.ORDER else None
    return target_of(renderer.scene, frame, selection, order)
