"""Seeds of random tests: some in each run of the suite, all of them in the slow tests."""

import pytest
from _pytest.mark.structures import ParameterSet


def seeds(often: int, all_of_them: int) -> list[ParameterSet]:
    """The seeds 0, 1, …, of which those from `often` on are slow."""
    return [pytest.param(seed, marks=[pytest.mark.slow] if seed >= often else []) for seed in range(all_of_them)]
