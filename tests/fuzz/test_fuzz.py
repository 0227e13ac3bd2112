"""Any content of a file or message is read, or refused with a message, quickly and with little memory.

`pytest -m slow -s tests/fuzz` tries 500 changes of each and lists those that are read with another meaning;
PODFLEET_FUZZ=10000 tries more. PODFLEET_FUZZ_SEED=17 with `-k` and a target's name tries that one input, in this
process.
"""

import os
from pathlib import Path

import pytest

from tests.fuzz.fuzz_targets import targets
from tests.fuzz.fuzzing import fuzz, outcome
from tests.fuzz.target import difference

_QUICK, _TRIES = 8, int(os.environ.get("PODFLEET_FUZZ", "500"))
_SEED = os.environ.get("PODFLEET_FUZZ_SEED")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", targets())
def test_a_changed_input_is_read_or_refused(name: str, tmp_path: Path) -> None:
    """Tries some changed inputs, or the one of PODFLEET_FUZZ_SEED."""
    target = targets()[name]
    for seed in range(_QUICK) if _SEED is None else [int(_SEED)]:
        try:
            outcome(target, seed, tmp_path)
        except Exception as error:
            raise AssertionError(f"{name}, seed {seed}") from error


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.parametrize("name", targets())
def test_many_changed_inputs_are_read_or_refused(name: str) -> None:
    """There is no traceback, at most ten seconds and 4 GB for each, and the exit status is 0, 1 or 2."""
    found = fuzz(targets()[name], 0, _TRIES)
    print("", *found.lines(name), sep="\n")
    told = [f"PODFLEET_FUZZ_SEED={seed} pytest tests/fuzz -k {name!r}\n{text}" for seed, text in found.failed]
    assert not told, f"{len(told)} of {found.tries}: " + "\n".join(told[:3])


@pytest.mark.parametrize("name", targets())
def test_good_inputs_mean_what_they_meant(name: str, tmp_path: Path) -> None:
    """Valid inputs are read twice with the same meaning, which the comparisons rely on."""
    from tests.fuzz.fuzzing import written
    from tests.fuzz.target import plain

    target = targets()[name]
    written(tmp_path, target.goods[0])
    assert difference(plain(target.read(tmp_path)), plain(target.read(tmp_path))) == ""
