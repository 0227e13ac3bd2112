"""Mutants of the safety code are detected by the tests near it, or it is explained why no test can detect them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run.py")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="faults are tried in forked processes")
def test_no_fault_goes_unseen_without_an_explanation() -> None:
    """Runs in a process of its own, which forks one for each mutant."""
    done = subprocess.run([sys.executable, str(RUN)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
