"""Operator commands from the window: real keys and clicks, and a real floor that carries the commands out over
loopback.
"""

from collections.abc import Iterator

import numpy as np
import pygame
import pytest

from controller.site.out_of_service import Kind
from controller.site.out_of_service import Thing as ServiceThing
from controller.warehouse.orders import Order, OrderState
from layout.floor import Floor
from robots.recording.events import CellClosed, OrderCancelled, OrderPrioritised, RobotFault
from robots.units.lifecycle import RobotState
from tests.support.window.pixels import colours_in
from tests.support.window.steered_floor import Operator, steered
from visualizer.control.control import NO_FLOOR
from visualizer.control.view import Tone
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource
from visualizer.style.palette import DAY, GREEN, VERMILLION
from visualizer.window.window import Window


@pytest.fixture
def operator() -> Iterator[Operator]:
    with steered() as made:
        yield made


def waiting_order(operator: Operator) -> Order:
    """Return an order of the backlog that the window has received."""
    order = next(reversed(operator.floor.site.book.backlog.values()))
    operator.await_(lambda: operator.window.renderer.history.order(order.id, operator.window.tick))
    return order


def flags(operator: Operator) -> set[tuple[int, ...]]:
    """Return the colours in the left part of the lowest notification."""
    part = operator.window.parts.floor
    box = pygame.Rect(part.x + part.w // 2 - 250, part.y + part.h - 34, 40, 12)
    return set(colours_in(operator.see(), box))


# --- what can be done


def test_the_floor_is_paused_and_resumed(operator: Operator) -> None:
    """A opens the menu, a digit chooses, Enter confirms; the result is shown in green, and kept."""
    told = operator.do("pause the floor")
    assert (told.tone, told.text) == (Tone.DONE, "the floor is paused until it is resumed")
    assert operator.floor.site.operator_state.floor_paused
    assert GREEN in flags(operator)
    operator.open_menu()
    assert operator.labels()["pause the floor"] == "it is paused already"
    operator.press(pygame.K_ESCAPE)
    assert operator.do("resume the floor").text == "the floor continues"
    assert not operator.floor.site.operator_state.floor_paused
    assert [done.toast.label for done in operator.window.control.done] == ["pause the floor", "resume the floor"]


def test_a_robot_is_paused_resumed_and_drained(operator: Operator) -> None:
    """The menu for a selected robot gives the reason for commands that make no sense now."""
    operator.select(Thing.ROBOT, 3)
    assert operator.do("pause robot 3").tone is Tone.DONE
    assert operator.floor.site.operator_state.paused == {3}
    operator.open_menu()
    assert operator.labels()["pause robot 3"] == "it is paused already"
    operator.press(pygame.K_ESCAPE)
    operator.do("resume robot 3")
    operator.do("drain robot 3")
    assert operator.floor.site.operator_state.drained == {3}


def test_a_robot_is_removed_in_two_steps(operator: Operator) -> None:
    """The card shows the floor's own words about what will be lost; without a yes nothing is done."""
    operator.select(Thing.ROBOT, 4)
    operator.open_menu()
    operator.choose("remove robot 4")
    card = operator.window.control.view.card
    assert card is not None
    assert not card.ready
    operator.press(pygame.K_RETURN, "\r")
    assert operator.window.control.view.card is not None
    operator.await_(lambda: operator.window.control.view.card and operator.window.control.view.card.ready)
    card = operator.window.control.view.card
    assert card is not None
    assert card.text.startswith("Robot 4 at (")
    assert "Do so only if it stands still and can't move" in card.text
    operator.press(pygame.K_ESCAPE)
    assert operator.floor.site.robots.state[4] != RobotState.DEAD
    assert "is removed" in operator.do("remove robot 4").text
    assert operator.floor.site.robots.state[4] == RobotState.DEAD
    operator.floor.run()
    assert [event.kind for event in operator.floor.told if isinstance(event, RobotFault)] == ["removed"]


def test_a_cell_is_closed_and_opened(operator: Operator) -> None:
    """A right click selects the cell and opens the menu there; the floor's event shows that the command was carried
    out.
    """
    site = operator.floor.site
    cell = int(np.setdiff1d(site.floor.chargers, site.robots.cell)[0])
    operator.click_at(operator.cell(cell), button=3)
    assert operator.window.selection == Selection(Thing.CELL, cell)
    row, col = site.grid.at(cell)
    operator.await_(lambda: not operator.window.control.waits)
    assert operator.labels()[f"open cell ({row}, {col})"] == "it is open"
    operator.choose(f"close cell ({row}, {col})")
    operator.press(pygame.K_RETURN, "\r")
    assert operator.outcome().text == f"cell ({row}, {col}) is closed"
    operator.floor.run()
    assert cell in [event.cell for event in operator.floor.told if isinstance(event, CellClosed)]
    assert operator.do(f"open cell ({row}, {col})").text == f"cell ({row}, {col}) is open again"
    assert cell not in site.closed


def test_an_order_is_prioritised_and_cancelled(operator: Operator) -> None:
    """The order is named by the customer's number; afterwards it is too late for either command."""
    order = waiting_order(operator)
    operator.select(Thing.ORDER, order.id)
    assert operator.do(f"prioritise order {order.name}").text == f"order {order.name} goes before all others"
    assert order.id in operator.floor.site.book.prioritised
    assert operator.do(f"cancel order {order.name}").text == f"order {order.name} is cancelled"
    assert order.state == OrderState.CANCELLED
    operator.floor.run()
    reasons = [event.reason for event in operator.floor.told if isinstance(event, OrderPrioritised | OrderCancelled)]
    assert reasons == ["by an operator at the window"] * 2
    history = operator.window.renderer.history
    operator.await_(lambda: not history.order(order.id, operator.window.tick).open)  # type: ignore[union-attr]
    operator.open_menu()
    assert operator.labels()[f"cancel order {order.name}"] == "too late, it is cancelled"


def test_a_stations_and_a_pods_cell_can_be_closed(operator: Operator) -> None:
    """The menu names the cell and the thing in it."""
    operator.select(Thing.STATION, 0)
    operator.open_menu()
    view = operator.window.control.view
    assert view.menu is not None
    assert view.menu.groups[0].name.endswith(f"under {operator.floor.site.stations[0].info.id}")
    assert [command.label[:10] for command in view.menu.groups[0].commands] == ["close cell", "open cell "]


def test_what_is_out_of_service_can_be_put_back(operator: Operator) -> None:
    """The menu of a pod that is out of service offers the command first; afterwards it is in service."""
    site = operator.floor.site
    site.out_of_service.reasons[ServiceThing(Kind.POD, 0)] = "robot 1 could not lift it"
    operator.select(Thing.POD, 0)
    told = operator.do("put pod 0 back into service")
    assert told.text.startswith("pod 0 is back in service")
    assert not site.out_of_service.reasons


# --- nothing without a yes


@pytest.mark.parametrize("way", ["escape", "button", "beside"])
def test_what_is_turned_away_from_is_not_done(operator: Operator, way: str) -> None:
    """Escape, the second button, and a click beside the card all cancel the command."""
    operator.open_menu()
    operator.choose("pause the floor")
    if way == "escape":
        operator.press(pygame.K_ESCAPE)
    else:
        no = next(box for box, spot in operator.window.renderer.control.spots if spot.no)
        operator.click_at(no.center if way == "button" else (5, operator.window.parts.floor.y + 5))
    assert not operator.window.control.open
    operator.await_(lambda: not operator.window.control.waits)
    assert not operator.floor.site.operator_state.floor_paused
    assert operator.window.running


def test_the_mouse_is_enough(operator: Operator) -> None:
    """A right click, a click on an entry and a click on the first button give a command."""
    operator.click_at(operator.cell(0), button=3)
    operator.await_(lambda: not operator.window.control.waits)
    entry = list(operator.labels()).index("drain the floor")
    operator.click_at(next(box for box, spot in operator.window.renderer.control.spots if spot.entry == entry).center)
    operator.click_at(next(box for box, spot in operator.window.renderer.control.spots if spot.yes).center)
    assert operator.outcome().tone is Tone.DONE
    assert operator.floor.site.operator_state.draining


def test_arrows_choose_what_can_be_done(operator: Operator) -> None:
    """Down and up skip commands that are not possible, and wrap around; Enter opens the card."""
    operator.open_menu()
    assert operator.labels()["resume the floor"] == "it is neither paused nor drained"
    operator.press(pygame.K_DOWN)
    menu = operator.window.control.view.menu
    assert menu is not None
    assert menu.commands[menu.chosen].label == "drain the floor"
    operator.press(pygame.K_DOWN)
    operator.press(pygame.K_RETURN, "\r")
    card = operator.window.control.view.card
    assert card is not None
    assert card.command.label == "pause the floor"


def test_while_the_menu_is_open_other_keys_do_nothing(operator: Operator) -> None:
    """Space doesn't pause and Q doesn't quit; A closes it again."""
    operator.open_menu()
    operator.press(pygame.K_SPACE, " ")
    operator.press(pygame.K_q, "q")
    assert operator.window.running
    assert not operator.window.player.paused
    operator.press(pygame.K_a, "a")
    assert not operator.window.control.open


# --- refusals, and no answer


def test_a_refusal_is_told_in_red_with_its_reason(operator: Operator) -> None:
    """The text is the floor's own, as the window's picture may be older than the floor."""
    order = waiting_order(operator)
    operator.select(Thing.ORDER, order.id)
    operator.open_menu()
    operator.choose(f"prioritise order {order.name}")
    order.state = OrderState.PICKED
    operator.press(pygame.K_RETURN, "\r")
    told = operator.outcome()
    assert (told.tone, "too late to bring it forward" in told.text) == (Tone.REFUSED, True)
    assert VERMILLION in flags(operator)


def test_where_nobody_answers_it_is_said_that_nothing_is_known() -> None:
    """The window continues to draw meanwhile, and no turn of it waits."""
    with steered(wait_s=0.3) as operator:
        operator.open_menu()
        operator.choose("pause the floor")
        operator.floor.answers = False
        operator.press(pygame.K_RETURN, "\r")
        assert operator.toasts[-1].tone is Tone.ASKED
        told = operator.outcome()
    assert told.tone is Tone.UNKNOWN
    assert told.text == "no answer in 2 tries of 0.3 s; it is not known whether the command was carried out"


def test_a_floor_that_is_gone_says_so_in_the_menu() -> None:
    """No command can be chosen in it any more."""
    with steered(wait_s=0.3) as operator:
        operator.floor.requests.close()
        operator.floor.answers = False
        operator.open_menu()
        menu = operator.window.control.view.menu
        assert menu is not None
        assert menu.note == "The floor doesn't answer: no answer in 2 tries of 0.3 s."
        operator.choose("pause the floor")
        assert operator.window.control.view.card is None


def test_with_a_wrong_token_nothing_is_done() -> None:
    """The floor doesn't answer anyone with a wrong token."""
    with steered(token="guess", wait_s=0.3) as operator:
        operator.open_menu()
        menu = operator.window.control.view.menu
        assert menu is not None
        assert "doesn't answer" in menu.note
        assert operator.floor.requests.refused > 0


def test_on_a_record_the_menu_says_that_it_is_over(source: RecordSource, floor: Floor) -> None:
    """Its entries are shown, but none can be chosen."""
    window = Window(source, floor, (800, 500), 1.0)
    for key, text in ((pygame.K_a, "a"), (pygame.K_1, "1"), (pygame.K_RETURN, "\r")):
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=0))
        window.turn(0.0)
    menu = window.control.view.menu
    assert menu is not None
    assert (menu.note, menu.chosen) == (NO_FLOOR, -1)
    assert window.control.view.card is None
    window.close()


def test_looking_back_the_card_says_that_it_is_done_now(operator: Operator) -> None:
    """The picture shows earlier ticks, but the floor is later."""
    operator.press(pygame.K_COMMA, ",")
    operator.open_menu()
    operator.choose("pause the floor")
    card = operator.window.control.view.card
    assert card is not None
    assert card.text.endswith("The picture shows an earlier tick; the command is carried out now.")


# --- pictures


@pytest.mark.parametrize("size", [(1280, 720), (800, 500), (480, 320)])
def test_menu_and_card_stay_within_the_floors_part(size: tuple[int, int]) -> None:
    """They do so wherever they are opened; the chosen entry is in the accent's colour."""
    with steered(size) as operator:
        part = operator.window.parts.floor
        floor = pygame.Rect(*part)
        for at in (floor.topleft, (floor.right - 1, floor.bottom - 1), floor.center):
            operator.click_at(at, button=3)
            boxes = [box for box, _ in operator.window.renderer.control.spots]
            assert boxes
            assert all(floor.contains(box) for box in boxes if box.w < floor.w), at
            operator.press(pygame.K_ESCAPE)
        operator.open_menu()
        menu = operator.window.control.view.menu
        assert menu is not None
        operator.see()
        chosen = next(box for box, spot in operator.window.renderer.control.spots if spot.entry == menu.chosen)
        assert DAY.accent in colours_in(operator.see(), chosen)


def test_what_was_done_is_told_for_a_while(operator: Operator) -> None:
    """The notification is shown for six seconds; then the picture is as it was."""
    operator.do("drain the floor")
    operator.window.turn(5.9)
    assert operator.toasts
    operator.window.turn(0.2)
    assert not operator.toasts
