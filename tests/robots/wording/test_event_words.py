"""Events, states and places in words."""

import typing

import pytest

from layout.errors import InputError
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.kinds import LateCause, StationState, TaskKind
from robots.units.lifecycle import RobotState
from robots.wording.event_words import ROBOT_STATES, EventWords, floor_of, station_name
from robots.wording.supply_chain_words import place_words
from tests.support.window.eye_floor import cell, eye_header

KINDS = typing.get_args(ev.AnyEvent)


@pytest.fixture
def words() -> EventWords:
    return EventWords(eye_header(skus=["bolt", "nut"]), floor_of(eye_header()))


def called(number: int) -> str:
    return f"order A-{number}"


def test_every_state_has_words() -> None:
    """No state is shown by its name in the code."""
    assert set(ROBOT_STATES) == set(RobotState)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_has_a_headline(kind: type[ev.Event], words: EventWords) -> None:
    """Whatever happens can be said in a line, even where it speaks of things that don't exist."""
    values: dict[object, object] = {int: 99_999, str: "?", float: 99_999.5, bool: True, list: [], tuple: ()}
    values |= {enum: next(iter(enum)) for enum in (TaskKind, StationState, LateCause)}
    types = typing.get_type_hints(kind)
    event = kind(**{name: values[typing.get_origin(types[name]) or types[name]] for name in kind.__struct_fields__})
    assert 0 < len(words.headline(event, called)) < 100
    assert words.sentence(event).startswith(words.phrase(event))


@pytest.mark.parametrize(
    ("event", "headline", "sentence"),
    [
        (ev.OrderReleased(9, 7, 0, "due first"), "order A-7 released to pick-1", "released to pick-1: due first"),
        (ev.OrderPacking(9, 7, 1), "order A-7 arrived at pack-1", "arrived at pack-1"),
        (
            ev.OrderShipped(9, 7, 1, 95),
            "order A-7 shipped from pack-1, 1 min 35 s late",
            "shipped from pack-1, 1 min 35 s late",
        ),
        (
            ev.Picked(9, 7, 0, 0, 2, 3, 0),
            "2 × bolt picked from pod 3 at pick-1 for order A-7",
            "2 × bolt picked from pod 3 at pick-1",
        ),
        (
            ev.LineWaits(9, 7, 1, 1, 3, 0, 70, "busy"),
            "order A-7 waits for a pod for line 2 (nut)",
            "waits for a pod for line 2 (nut): busy; it is fetched by 09:01:10 at the latest",
        ),
        (ev.NextStop(9, 7, 1, ""), "task 7 goes on to pack-1", "task 7 goes on to pack-1"),
        (
            ev.TaskCreated(9, 7, "pack", -1, 1, ""),
            "task 7 created to bring totes to pack-1",
            "task 7 created to bring totes to pack-1",
        ),
        (
            ev.TaskCreated(9, 7, "move", 2, -1, ""),
            "task 7 created to move pod 2 to its place",
            "task 7 created to move pod 2 to its place",
        ),
        (ev.TaskCreated(9, 7, "charge", -1, -1, "low"), "task 7 created to charge", "task 7 created to charge: low"),
        (ev.Alarm(9, "stuck", "robot 3 waits"), "alarm, stuck", "alarm, stuck: robot 3 waits"),
        (ce.ParcelMoved(9, 7, "pack", "chute 3"), "parcel of order A-7 in chute 3", "in chute 3"),
        (
            ce.DeliveryFailed(9, 7, "van 2", 1, "nobody at home"),
            "parcel of order A-7 not delivered in attempt 1 by van 2",
            "not delivered in attempt 1 by van 2: nobody at home",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ev.Event) else "",
)
def test_an_event_reads_alike_with_its_order_and_with_its_reason(
    event: ev.Event, headline: str, sentence: str, words: EventWords
) -> None:
    """The headline says whose event it is, the sentence why it happened; both say the same in between."""
    assert words.headline(event, called) == headline
    assert words.sentence(event) == sentence


def test_a_place_of_a_pod_is_told_by_row_column_and_kind(words: EventWords) -> None:
    """A cell off the floor is nowhere."""
    assert words.phrase(ev.PlaceChosen(1, 7, 5, cell(2, 3), "")).startswith("pod 5 goes to (2, 3)")
    assert words.cell(-1) == words.cell(99_999) == "nowhere"


@pytest.mark.parametrize("kind", ["tote", "parcel", "quarantine"])
def test_what_is_kept_for_an_order_goes_by_the_order(kind: str, words: EventWords) -> None:
    """Its number in the run is an address of the ledger, which no customer knows."""
    moved = ev.StockMoved(20, 0, "house", 2, "bin 0.0", f"{kind} 5")
    assert words.headline(moved, called) == f"2 × bolt from bin 0.0 to the {kind} of order A-5"


def test_parcels_are_told_by_where_they_are() -> None:
    """The places of the sorter and the road in words."""
    assert place_words("slam") == "being weighed and labelled"
    assert place_words("chute 3") == "in chute 3"
    assert place_words("delivery station") == "at its delivery station"
    assert place_words("diesel van 2") == "on diesel van 2"
    assert place_words("return 7") == "on its way back (return 7)"


def test_an_unknown_station_has_a_name_too() -> None:
    """An index beyond the header's stations is told as a number."""
    assert station_name(eye_header(), 17) == "station 17"
    assert station_name(eye_header(), -1) == "no station"


def test_a_record_whose_floor_is_no_layout_is_a_fault_of_input() -> None:
    """Its text isn't TOML."""
    with pytest.raises(InputError, match="the record's floor"):
        floor_of(eye_header(floor="= nonsense"))
