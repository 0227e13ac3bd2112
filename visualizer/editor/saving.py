"""Saving and leaving: nothing is lost or overwritten without a question."""

from layout.drawing.edit import Draft
from layout.errors import InputError
from layout.formats.floor_file import FloorFile
from visualizer.editor.live_check import LiveCheck
from visualizer.editor.questions import Answer, Question, faulty, overwritten, unsaved


class Saving:
    """State of saving. question: open question, if any. message: result of the last attempt. alarm: error of the last
    attempt.
    """

    def __init__(self, file: FloorFile, draft: Draft, check: LiveCheck) -> None:
        self._file, self._draft, self._check = file, draft, check
        self._leaving = False
        self.question: Question | None = None
        self.message, self.alarm = "", ""
        self.done = False

    @property
    def unsaved(self) -> bool:
        return self._file.is_new or self._draft.changed

    def save(self) -> None:
        """Write the file, or ask first if the floor has faults."""
        self.message, self.alarm = "", ""
        if not self.unsaved:
            self.message = "nothing to save"
            return
        findings = self._check.now(self._draft)
        if findings.sound:
            self.save_faulty()
        else:
            self.question = faulty(findings)

    def save_faulty(self) -> None:
        """Write the file with its faults, or ask first if another program has changed it."""
        if self._file.changed_by_others:
            self.question = overwritten(self._file.path.name)
        else:
            self.save_over()

    def save_over(self) -> None:
        self.question = None
        try:
            self._file.save(self._draft)
        except InputError as error:
            self._leaving, self.alarm = False, str(error)
            return
        self.message, self.done = "saved", self._leaving

    def quit(self) -> None:
        """Leave, or ask first if there are unsaved changes."""
        if self.unsaved:
            self.question = unsaved(self._file.path.name)
        else:
            self.leave()

    def save_and_quit(self) -> None:
        self._leaving, self.question = True, None
        self.save()

    def leave(self) -> None:
        self.done = True

    def drop_question(self) -> None:
        self._leaving, self.question = False, None

    def answer(self, answer: Answer) -> None:
        getattr(self, answer.action)()
