"""Enums in events: records hold them as the words they always were."""

from robots.recording import supply_chain_events as ce
from robots.recording.events import TaskCreated, decode_events, encode_events
from robots.recording.kinds import LateCause, TaskKind


def test_an_enum_is_recorded_as_its_word() -> None:
    """Records written with texts and with enums are the same bytes."""
    written = encode_events([TaskCreated(3, 0, TaskKind.PICK, 5, 0, "near")])
    assert written == encode_events([TaskCreated(3, 0, "pick", 5, 0, "near")])
    (event,) = decode_events(written)
    assert isinstance(event, TaskCreated)
    assert event.kind is TaskKind.PICK


def test_a_cause_of_another_version_is_read_as_it_stands() -> None:
    """Older records know other causes; none of them is lost."""
    (event,) = decode_events(encode_events([ce.ParcelLate(80, 2, "packed again", "too heavy")]))
    assert isinstance(event, ce.ParcelLate)
    assert (event.cause, f"late, {event.cause}") == ("packed again", "late, packed again")
    assert {LateCause("stock"): 1}["stock"] == 1
