"""Small changes to the safety code are noticed by the tests nearest to it, or it is said why one needn't be."""

import os
import subprocess
import sys

import pytest
from mutants import NEAR, ROOT, explained, mutants

TRIED = ("controller/link/visits.py", "controller/checking/motion.py")
"""Files whose survivors have been looked at; the others of NEAR are to follow."""
posix = pytest.mark.skipif(os.name == "nt", reason="mutants are forked")


@posix
@pytest.mark.slow
@pytest.mark.parametrize("file", TRIED)
def test_no_mutant_survives_without_an_explanation(file: str) -> None:
    """In a process of its own, for children are forked before anything of ours is imported."""
    script = [sys.executable, str(ROOT / "tests" / "mutants.py"), file]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@posix
def test_every_explanation_is_of_a_mutant_that_there_is() -> None:
    """So that none outlives the code that it is about."""
    there = {mutant.name for file in TRIED for mutant in mutants(file)}
    assert not set(explained()) - there


@posix
def test_tests_that_are_near_to_a_file_are_there() -> None:
    assert all((ROOT / path).is_file() for file, tests in NEAR.items() for path in (file, *tests))
