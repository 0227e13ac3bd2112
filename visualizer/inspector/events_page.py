"""Page of events: everything that has happened to the selection, newest first, each with a link to its tick."""

from visualizer.inspector.page_lines import Line, Moment, event_lines, sentence, title
from visualizer.scene.scene import Selection, Thing

_MOST = 150


def events_page(moment: Moment, selection: Selection) -> list[Line]:
    """Return the events about the selection; of the last thousand ticks until the run is read."""
    subject = selection.thing.value, selection.number
    news = moment.history.newest(subject, moment.tick, _MOST)
    if moment.history.read_to < moment.tick:
        news = moment.history.about(subject, moment.tick)[::-1][:_MOST] or news
    lines = [title(_name(moment, selection))]
    if not news:
        return [*lines, sentence("Nothing has happened to it yet.")]
    for event in news:
        lines += event_lines(moment, event, event.t, own=selection.thing is Thing.ORDER)
    return [*lines, sentence("… and earlier events")] if len(news) == _MOST else lines


def _name(moment: Moment, selection: Selection) -> str:
    if selection.thing is Thing.STATION:
        return moment.station(selection.number)
    if selection.thing is Thing.CELL:
        return f"cell {moment.scene.cell_words(selection.number)}"
    if selection.thing is Thing.ORDER:
        return moment.history.order_words(selection.number)
    return f"{selection.thing} {selection.number}"
