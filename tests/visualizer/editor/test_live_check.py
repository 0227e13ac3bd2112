"""The check beside the drawing."""

from pathlib import Path

from layout.formats.floor_file import FloorFile
from visualizer.editor.live_check import LiveCheck


def test_it_waits_until_the_hand_rests(tmp_path: Path) -> None:
    """No check between strokes that follow each other; one after a pause, of what is there then."""
    file = FloorFile.new(tmp_path / "a.toml", 5, 5)
    draft, check = file.draft(), LiveCheck(file)
    first = check.now(draft)
    assert first.faults[0].problem.what == "has no pick station"
    for col in (1, 2, 3):
        draft.paint([(1, col)], [ord("P")])
        check.advance(draft, 0.1)
    assert check.findings is first
    while not check.advance(draft, 0.1):
        pass
    assert check.findings.revision == draft.revision
    assert "has no storage place" not in [fault.problem.what for fault in check.findings.faults]
    check.close()


def test_it_is_waited_for_where_it_counts(tmp_path: Path) -> None:
    """Before a save the findings are about the draft as it is, whatever check is under way."""
    file = FloorFile.new(tmp_path / "a.toml", 5, 5)
    draft, check = file.draft(), LiveCheck(file)
    check.advance(draft, 0.1)
    draft.paint([(1, 1)], [ord("u")])
    findings = check.now(draft)
    assert findings.revision == draft.revision
    assert not findings.readable
    assert findings.cells.tolist() == [[1, 1]]
    assert findings.owner.tolist() == [0]
    check.close()
