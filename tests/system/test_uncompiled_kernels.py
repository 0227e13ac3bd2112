"""Small cases of the kernels' tests once more in plain Python, which notices an index beyond an array."""

import os
import subprocess
import sys

import pytest

from tests.support.floor.tiny_site import ROOT

CASES = {
    "controller/planning/kernels/test_kernels.py": "by_eye or alone or makes_way or stands or keeps_out or out_of_reach",
    "controller/lorr/test_distance_fields.py": "small_map or threads",
    "layout/slotting/kernels/test_orders.py": "company or groups",
}
"""By file of tests, those that Python runs in a few seconds."""


@pytest.mark.parametrize("path", CASES)
def test_kernels_do_the_same_without_being_compiled(path: str) -> None:
    """numba leaves the functions as they are; the tests' assertions hold all the same."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{path}", "-k", CASES[path]]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
