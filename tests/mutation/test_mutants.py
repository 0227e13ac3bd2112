"""Mutants of a module that can be checked by eye."""

from pathlib import Path

import pytest

from tests.mutation.mutants import mutants
from tests.mutation.run import NEAR, explanations

ROOT = Path(__file__).parents[2]

MODULE = """
LIMIT = 3

class Book:
    size: int = 1

    def take(self, count: int = 1) -> bool:
        '''Whether there was enough.'''
        if count > self.size or not self.open:
            _log.warning("only %d", self.size + 1)
            return False
        self.size -= count
        return None
"""
CONDITION = "if count > self.size or not self.open:"
FAULTS = [
    ("", "LIMIT = 3", "3 → 4"),
    ("", "LIMIT = 3", "3 → 2"),
    ("Book.take", CONDITION, "count > self.size or not self.open → count > self.size and (not self.open)"),
    ("Book.take", CONDITION, "count > self.size → count >= self.size"),
    ("Book.take", CONDITION, "count > self.size → count <= self.size"),
    ("Book.take", CONDITION, "not self.open → self.open"),
    ("Book.take", "return False", "left out"),
    ("Book.take", "return False", "False → True"),
    ("Book.take", "self.size -= count", "left out"),
    ("Book.take", "self.size -= count", "self.size -= count → self.size += count"),
]


def test_conditions_numbers_and_statements_are_changed_one_at_a_time() -> None:
    """Annotations, defaults, class attributes, log statements, texts and statements without effect are left as they
    are.
    """
    assert [mutant.key for mutant in mutants(MODULE, "book.py")] == FAULTS


def test_a_fault_has_its_name_whatever_else_is_changed_in_the_file() -> None:
    """The key doesn't depend on the lines before and after, nor on the indentation."""
    more = (
        "import os\n"
        + MODULE.replace("        self.size -=", "        if os:\n            self.size -=")
        + "OTHER = 1\n"
    )
    assert {mutant.key for mutant in mutants(more, "book.py")} > set(FAULTS)


def test_the_code_of_a_fault_has_it_and_nothing_else() -> None:
    """The last mutant adds where the original subtracts."""
    *_, last = mutants(MODULE, "book.py")
    space: dict[str, type] = {}
    exec(last.code, space)
    book = space["Book"]()
    book.open = True
    book.take()
    assert book.size == 2


@pytest.mark.parametrize("module", explanations())
def test_every_explained_survivor_is_still_a_fault_of_the_code(module: str) -> None:
    """A renamed class or a changed line leaves no explanation of nothing behind; the whole run is a slow test."""
    assert module in NEAR
    faults = {mutant.key for mutant in mutants((ROOT / module).read_text(encoding="utf-8"), module)}
    assert not explanations()[module].keys() - faults
