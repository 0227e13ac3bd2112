"""What the control offers for what is selected in a picture."""

from visualizer.control.commands import Subject, groups, subject_of
from visualizer.control.control import Offer
from visualizer.inspector.inspector import known
from visualizer.paint.picture import Picture
from visualizer.scene.scene import Selection, Thing


def offer_for(picture: Picture, selection: Selection | None, tick: int) -> Offer:
    """tick: the floor's newest; where the selection is then, and how its order stands, is what counts."""
    subject = _subject(picture, selection, tick)
    return lambda standing: groups(picture.scene, subject, standing)


def _subject(picture: Picture, selection: Selection | None, tick: int) -> Subject:
    frame = picture.frame_at(tick)
    if frame is None or selection is None or not known(picture.scene, selection):
        return Subject()
    order = picture.history.order(selection.number, tick) if selection.thing is Thing.ORDER else None
    return subject_of(picture.scene, frame, selection, order)
