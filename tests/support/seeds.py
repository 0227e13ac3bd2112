"""Seeds of random tests: some in each run of the suite, all of them in the slow tests."""

from typing import Any

import pytest


def seeds(often: int, all_of_them: int, step: int = 1) -> list[Any]:
    """The parameters 0, step, 2 · step, … below all_of_them, of which those from `often` on are slow."""
    return [
        pytest.param(seed, marks=[pytest.mark.slow] if seed >= often else []) for seed in range(0, all_of_them, step)
    ]
