"""Faults in what a user handed us, told in one line each.

InputError            anything a user can mend: shown without a traceback, exit status 2
    holds Problem, one per fault: file, place, what is wrong, what would be right
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `where` is a table, key, line or cell inside `file`; `instead` says what would be right."""

    file: str
    where: str
    what: str
    instead: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.what}" + (f" ({self.instead})" if self.instead else "")


class InputError(Exception):
    """A file or option that can't be used, with every fault that was found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    @classmethod
    def first_of(cls, problems: Sequence[Problem], most: int = 20) -> "InputError":
        """A long file's faults: so many of them, and how many more there are."""
        shown = list(problems[:most])
        if more := len(problems) - len(shown):
            noun = "fault like these" if more == 1 else "faults like these"
            shown.append(Problem(problems[0].file, "", f"has {more} more {noun}"))
        return cls(shown)

    @classmethod
    def single(cls, file: str, where: str, what: str, instead: str = "") -> "InputError":
        return cls([Problem(file, where, what, instead)])
