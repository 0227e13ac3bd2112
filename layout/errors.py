"""Faults in what a user handed us, told in one line each.

InputError            anything a user can mend: shown without a traceback, exit status 2
    holds Problem, one per fault: file, place, what is wrong, what would be right
Faults                those of several files, told together
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from layout.escaping import in_a_line

_MOST = 20
"""Faults that are told at once; more of them only by their number."""
_LONGEST = 1000
"""Characters of a message."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `where` is a table, key, line or cell inside `file`; `instead` says what would be right."""

    file: str
    where: str
    what: str
    instead: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return in_a_line(f"{place}: {self.what}" + (f" ({self.instead})" if self.instead else ""), _LONGEST)


class InputError(Exception):
    """A file or option that can't be used, with every fault that was found in it.

    problems: as they are told. found: all of them.
    """

    def __init__(self, problems: Sequence[Problem], found: Sequence[Problem] = ()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.found = tuple(found) or self.problems

    @classmethod
    def first_of(cls, problems: Sequence[Problem], most: int = _MOST) -> "InputError":
        """A long file's faults: so many of them, and how many more there are."""
        shown = list(problems[:most])
        if more := len(problems) - len(shown):
            noun = "fault like these" if more == 1 else "faults like these"
            shown.append(Problem(problems[0].file, "", f"has {more} more {noun}"))
        return cls(shown, problems)

    @classmethod
    def single(cls, file: str, where: str, what: str, instead: str = "") -> "InputError":
        return cls([Problem(file, where, what, instead)])


class Faults:
    """Those of several files that have nothing to do with each other, told together: each file is read in a context of it.

    with faults:
        items = read_items(path)
    with faults:
        suppliers = read_suppliers(other)
    faults.tell()
    """

    def __init__(self) -> None:
        self._errors: list[InputError] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        """An InputError is kept for later; anything else isn't."""
        if isinstance(error, InputError):
            self._errors.append(error)
        return isinstance(error, InputError)

    def tell(self) -> None:
        """Raises InputError if there are any: all of them, or of each file its part of what is told at once."""
        if not self._errors:
            return
        many = sum(len(error.found) for error in self._errors) > _MOST
        most = max(1, _MOST // len(self._errors)) if many else _MOST
        told = [InputError.first_of(error.found, most).problems for error in self._errors]
        raise InputError([problem for problems in told for problem in problems])
