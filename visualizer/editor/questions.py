"""Questions of the editor before actions that can't be undone."""

from dataclasses import dataclass

from visualizer.editor.live_check import Findings


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer to a question. key: pygame's name of the key. action: method of the window."""

    key: str
    shown: str
    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers. The first answer is the default; the last is always escape, which does nothing."""

    title: str
    text: str
    answers: tuple[Answer, ...]


_BACK = Answer("escape", "esc", "back", "drop_question")


def unsaved(name: str) -> Question:
    text = f"{name} has changes that are not in the file."
    save, leave = Answer("s", "S", "save and quit", "save_and_quit"), Answer("d", "D", "quit without saving", "leave")
    return Question("Save before you leave?", text, (save, leave, _BACK))


def faulty(findings: Findings) -> Question:
    """Return the question before a floor is saved that robots can't work, or that can't even be read."""
    count = len(findings.faults)
    number = f"{count} fault{'s' * (count != 1)}"
    problem = (
        "Robots can't work this floor yet" if findings.readable else "This is not a floor yet, and no run can use it"
    )
    text = f"{problem}: {number}, the first is “{_first(findings)}”. The file will contain it as drawn."
    return Question(f"Save with {number}?", text, (Answer("return", "enter", "save anyway", "save_faulty"), _BACK))


def overwritten(name: str) -> Question:
    text = f"Another program has changed {name} since it was read here. Saving replaces the file with this drawing."
    return Question("Write over the other changes?", text, (Answer("o", "O", "write over", "save_over"), _BACK))


def _first(findings: Findings) -> str:
    problem = findings.faults[0].problem
    return f"{problem.where}: {problem.what}" if problem.where else problem.what
