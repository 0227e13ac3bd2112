"""Faults in a user's input, reported in one line each.

InputError            anything a user can correct: shown without a traceback, exit status 2
    holds Problem, one per fault: file, place, fault, remedy
Faults                faults of several files, reported together
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from layout.escaping import in_a_line

_MOST = 20
"""Most faults reported at once; further ones only by their number."""
_LONGEST = 1000
"""Most characters of a message."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `where` is a table, key, line or cell inside `file`; `instead` is the remedy."""

    file: str
    where: str
    what: str
    instead: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return in_a_line(f"{place}: {self.what}" + (f" ({self.instead})" if self.instead else ""), _LONGEST)


class InputError(Exception):
    """A file or option that cannot be used, with all its faults.

    problems: as reported. found: all of them.
    """

    def __init__(self, problems: Sequence[Problem], found: Sequence[Problem] = ()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.found = tuple(found) or self.problems

    @classmethod
    def first_of(cls, problems: Sequence[Problem], limit: int = _MOST) -> "InputError":
        """Return the error for a file with many faults: the first `limit` of them, and the number of others."""
        shown = list(problems[:limit])
        if more := len(problems) - len(shown):
            noun = "fault like these" if more == 1 else "faults like these"
            shown.append(Problem(problems[0].file, "", f"has {more} more {noun}"))
        return cls(shown, problems)

    @classmethod
    def single(cls, file: str, where: str, what: str, instead: str = "") -> "InputError":
        return cls([Problem(file, where, what, instead)])


class Faults:
    """Collect the faults of several independent files, so that they are reported together: each file is read in its
    context.

        with faults:
            items = read_items(path)
        with faults:
            suppliers = read_suppliers(other)
        faults.raise_all()
    """

    def __init__(self) -> None:
        self._errors: list[InputError] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        """Keep an InputError for later; let any other exception pass."""
        if isinstance(error, InputError):
            self._errors.append(error)
        return isinstance(error, InputError)

    def raise_all(self) -> None:
        """Raise InputError if there are faults: all of them, or an equal part of each file's."""
        if not self._errors:
            return
        too_many = sum(len(error.found) for error in self._errors) > _MOST
        limit = max(1, _MOST // len(self._errors)) if too_many else _MOST
        problems_shown = [InputError.first_of(error.found, limit).problems for error in self._errors]
        raise InputError([problem for problems in problems_shown for problem in problems])
