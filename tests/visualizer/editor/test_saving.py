"""Saving, and the questions before the editor closes."""

from pathlib import Path

import pygame

from tests.support.window.editor_user import HALL, Draughtsman


def test_saving_writes_what_was_drawn_and_nothing_else(user: Draughtsman, path: Path) -> None:
    """Comments and other tables stay."""
    user.type("P")
    user.drag((2, 5))
    user.ctrl(pygame.K_s)
    assert path.read_text() == HALL.replace("#.PPP..C.#", "#.PPPP.C.#")
    assert not user.window.workspace.saving.unsaved
    assert user.window.workspace.saving.message == "saved"


def test_a_faulty_floor_is_saved_after_a_question(user: Draughtsman, path: Path) -> None:
    """Said clearly; escape goes back, enter saves."""
    user.type(".")
    user.drag((2, 7))
    user.ctrl(pygame.K_s)
    question = user.window.workspace.saving.question
    assert question is not None
    assert "has no charger" in question.text
    user.key(pygame.K_ESCAPE)
    assert user.window.workspace.saving.question is None
    assert path.read_text() == HALL
    user.ctrl(pygame.K_s)
    user.key(pygame.K_RETURN)
    assert path.read_text() == HALL.replace("C.#", "..#")


def test_unsaved_changes_are_asked_about(user: Draughtsman, path: Path) -> None:
    """Closing the window asks; back stays, D leaves them, S saves and leaves."""
    user.type("P")
    user.drag((2, 5))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    user.see()
    assert user.window.workspace.running
    user.key(pygame.K_ESCAPE)
    assert user.window.workspace.running
    assert user.window.workspace.saving.question is None
    user.ctrl(pygame.K_q)
    user.key(pygame.K_s, "s")
    assert not user.window.workspace.running
    assert path.read_text() == HALL.replace("#.PPP..C.#", "#.PPPP.C.#")


def test_a_faulty_floor_is_asked_about_on_the_way_out_too(user: Draughtsman, path: Path) -> None:
    """First whether to save, then whether to save it as it is; then the window closes."""
    user.drag((1, 1))
    user.ctrl(pygame.K_q)
    user.key(pygame.K_s, "s")
    assert user.window.workspace.running
    user.key(pygame.K_RETURN)
    assert not user.window.workspace.running
    assert path.read_text() == HALL.replace("#........#", "##.......#", 1)


def test_changes_may_be_left(user: Draughtsman, path: Path) -> None:
    """By a click on the answer."""
    user.drag((1, 1))
    user.ctrl(pygame.K_q)
    user.see()
    answer = next(target for target in user.window.renderer.answers if target.row == 1)
    user.click((answer.box.x + 3, answer.box.y + 3))
    assert not user.window.workspace.running
    assert path.read_text() == HALL


def test_without_changes_it_closes_at_once(user: Draughtsman) -> None:
    """Nothing to ask about, also after an undo."""
    user.drag((1, 1))
    user.ctrl(pygame.K_z)
    user.ctrl(pygame.K_q)
    assert not user.window.workspace.running


def test_what_others_wrote_is_asked_about(user: Draughtsman, path: Path) -> None:
    """The file has changed since it was read: saving asks first."""
    path.write_text(HALL + "# by hand\n")
    user.type("P")
    user.drag((2, 5))
    user.ctrl(pygame.K_s)
    assert user.window.workspace.saving.question is not None
    assert path.read_text().endswith("# by hand\n")
    user.key(pygame.K_o, "o")
    assert path.read_text() == HALL.replace("#.PPP..C.#", "#.PPPP.C.#")


def test_a_file_that_cant_be_written_is_told(user: Draughtsman, path: Path) -> None:
    """The drawing stays, and so does the window."""
    user.drag((2, 5))
    path.unlink()
    path.parent.rmdir()
    user.ctrl(pygame.K_q)
    user.key(pygame.K_s, "s")
    assert "can't be written" in user.window.workspace.saving.alarm
    assert user.window.workspace.running
    assert user.window.workspace.saving.unsaved
