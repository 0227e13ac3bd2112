"""Drafts: changes of a drawing, and undo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.drawing.edit import Draft, Glyphs, Note, drawn_text, empty_glyphs
from layout.drawing.glyphs import KINDS


def draft_of(*rows: str) -> Draft:
    return Draft(np.array([list(row.encode()) for row in rows], np.uint8))


def rows_of(draft: Draft) -> list[str]:
    return drawn_text(draft.glyphs).splitlines()


def test_a_stroke_is_one_step_back_and_forth() -> None:
    """Undo restores everything under the whole stroke, redo the stroke."""
    draft = draft_of("...", "PPP")
    assert draft.paint([(0, 0), (1, 1)], [ord("#"), ord("C")])
    assert rows_of(draft) == ["#..", "PCP"]
    assert draft.undo()
    assert rows_of(draft) == ["...", "PPP"]
    assert not draft.undo()
    assert draft.redo()
    assert rows_of(draft) == ["#..", "PCP"]
    assert not draft.redo()


def test_a_stroke_that_changes_nothing_is_no_step() -> None:
    """Painting wall on wall leaves nothing to undo."""
    draft = draft_of("##")
    assert not draft.paint([(0, 0)], [ord("#")])
    assert not draft.can_undo


def test_a_new_stroke_ends_redo() -> None:
    """After an undo a new stroke starts a new history."""
    draft = draft_of("..")
    draft.paint([(0, 0)], [ord("#")])
    draft.undo()
    draft.paint([(0, 1)], [ord("#")])
    assert not draft.can_redo


def test_a_cell_that_a_stroke_crosses_twice_has_the_last_glyph() -> None:
    """The last painted glyph is on top."""
    draft = draft_of("..")
    draft.paint([(0, 0), (0, 0)], [ord(">"), ord("v")])
    assert rows_of(draft) == ["v."]


def test_unknown_glyphs_are_refused() -> None:
    """A drawing never holds a glyph unknown to its reader."""
    with pytest.raises(ValueError, match="not a glyph"):
        draft_of("..").paint([(0, 0)], [ord("x")])


def test_a_station_takes_its_note_along() -> None:
    """Painting over a station drops its note; another kind of station in its place keeps it."""
    draft = draft_of("rK.")
    draft.note((0, 1), Note(people=3))
    draft.paint([(0, 1)], [ord("S")])
    assert draft.notes == {(0, 1): Note(people=3)}
    draft.paint([(0, 1)], [ord(".")])
    assert draft.notes == {}
    draft.undo()
    assert draft.notes == {(0, 1): Note(people=3)}


def test_a_row_between_two_continues_their_common_glyphs() -> None:
    """Walls, lanes and storage continue; stations are not doubled; differing cells become aisle."""
    draft = draft_of("#vPK", "#vCK")
    draft.insert(0, 1)
    assert rows_of(draft) == ["#vPK", "#v..", "#vCK"]


def test_rows_and_columns_at_the_edge_are_walls() -> None:
    """A grid grows by its border cells."""
    draft = draft_of("..")
    draft.insert(0, 1)
    draft.insert(1, 0)
    assert rows_of(draft) == ["#..", "###"]


def test_notes_move_with_their_rows_and_columns() -> None:
    """The note of a station below a new row moves along; that of a station in a removed row is gone."""
    draft = draft_of("rK.", "rS.")
    draft.note((0, 1), Note(id="a"))
    draft.note((1, 1), Note(id="b"))
    draft.insert(0, 1)
    draft.insert(1, 0)
    assert draft.notes == {(0, 2): Note(id="a"), (2, 2): Note(id="b")}
    draft.remove(0, 0)
    assert draft.notes == {(1, 2): Note(id="b")}
    draft.undo()
    draft.undo()
    assert draft.notes == {(0, 1): Note(id="a"), (2, 1): Note(id="b")}
    assert rows_of(draft) == ["rK.", "r..", "rS."]


def test_the_last_row_stays() -> None:
    """A grid has at least one cell."""
    draft = draft_of("..")
    assert not draft.remove(0, 0)
    assert rows_of(draft) == [".."]


def test_changed_follows_the_saved_state() -> None:
    """A draft is unchanged when it equals the file, also after undo."""
    draft = draft_of("..")
    assert not draft.changed
    draft.paint([(0, 0)], [ord("#")])
    draft.mark_saved()
    assert not draft.changed
    draft.undo()
    assert draft.changed
    draft.redo()
    assert not draft.changed


def test_glyphs_are_not_for_writing() -> None:
    """Only changes that can be undone change a drawing."""
    with pytest.raises(ValueError, match="read-only"):
        draft_of("..").glyphs[0, 0] = 0


def test_an_empty_hall_has_a_wall_around_it() -> None:
    """A new floor of three by four."""
    assert drawn_text(empty_glyphs(3, 4)) == "####\n#..#\n####\n"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("paint"), st.integers(0, 30), st.sampled_from(sorted(KINDS))),
        st.tuples(st.sampled_from(["insert", "remove"]), st.integers(0, 1), st.integers(0, 9)),
        st.tuples(st.just("note"), st.integers(0, 30), st.integers(1, 9)),
    ),
    max_size=12,
)


@given(STEPS)
def test_undoing_all_gives_back_the_beginning_and_redoing_all_the_end(steps: list[tuple[str, int, object]]) -> None:
    """Any sequence of changes can be undone and redone."""
    draft = draft_of("rK.", "#P.")
    before = look(draft)
    for step in steps:
        take(draft, step)
    after = look(draft)
    while draft.undo():
        pass
    assert look(draft) == before
    while draft.redo():
        pass
    assert look(draft) == after


def take(draft: Draft, step: tuple[str, int, object]) -> None:
    name, first, second = step
    height, width = draft.shape
    at = divmod(first % (height * width), width)
    if name == "paint":
        draft.paint([at], [ord(str(second))])
    elif name == "note":
        draft.note(at, Note(people=int(str(second))))
    elif name == "insert":
        axis = 0 if first == 0 else 1
        draft.insert(axis, int(str(second)) % (draft.shape[axis] + 1))
    else:
        axis = 0 if first == 0 else 1
        draft.remove(axis, int(str(second)) % draft.shape[axis])


def look(draft: Draft) -> tuple[list[str], dict[tuple[int, int], Note]]:
    return rows_of(draft), dict(draft.notes)


def test_a_copy_goes_its_own_way() -> None:
    """Checking the copy does not change the drawing."""
    draft = draft_of("..")
    copy: Glyphs = draft.copy().glyphs
    draft.paint([(0, 0)], [ord("#")])
    assert drawn_text(copy) == "..\n"
