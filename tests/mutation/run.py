"""Try the mutants of the safety code: `make mutations`, or python tests/mutation/run.py MODULE… [--resume].

Each survivor has to be explained in survivors.toml. A survivor without an explanation, or an explanation without a
survivor, is an error (exit 1).
"""

import argparse
import hashlib
import json
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402
from hypothesis import Phase, settings  # noqa: E402

from tests.mutation.trial import SURVIVED, Key, Trial  # noqa: E402

_LINK = [
    "tests/controller/link/test_link.py",
    "tests/controller/link/test_link_logins.py",
    "tests/controller/link/test_believed.py",
    "tests/controller/link/test_believed_loads.py",
    "tests/controller/link/failures/test_failures_cancel.py",
    "tests/controller/link/test_link_remembers.py",
    "tests/controller/link/test_link_cells.py",
]
NEAR = {
    "controller/link/cell_reservations.py": ["tests/controller/link/test_cell_reservations.py"],
    "controller/checking/motion.py": ["tests/controller/checking/test_checker_motion.py"],
    "controller/planning/guard.py": ["tests/controller/planning/test_guard.py"],
    "controller/warehouse/stock.py": ["tests/controller/warehouse/test_stock.py"],
    "controller/checking/stock.py": ["tests/controller/checking/test_checker_stock.py"],
    "controller/checking/orders.py": ["tests/controller/checking/test_checker_orders.py"],
    "controller/checking/lifecycles.py": [
        "tests/controller/checking/test_checker_chain.py",
        "tests/controller/checking/test_checker_purchases.py",
    ],
    "robots/agents/pilot.py": [
        "tests/robots/agents/test_pilot.py",
        "tests/robots/agents/test_pilot_obeys.py",
        "tests/robots/agents/test_guarded_body.py",
    ],
    **dict.fromkeys(
        (
            f"controller/link/{name}.py"
            for name in ("commands", "sessions", "claims", "reports", "logins", "link_state", "link")
        ),
        _LINK,
    ),
}
"""Tests that have to detect the faults of a module: fast ones, that need no other process."""


def main() -> None:
    wishes = _wishes()
    from tests.support.processes import loaded  # noqa: F401

    settings.register_profile(
        "mutation", derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate]
    )
    explained = explanations()
    is_fine = True
    for module in wishes.modules:
        trial = _tried(module, wishes.processes, wishes.resume)
        is_fine &= _judged(module, trial, explained.get(module, {}))
        if not trial.is_whole:
            break
    sys.exit(not is_fine)


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(NEAR)}; all of them by default")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--resume", action="store_true", help="try no mutant again that the run before has seen caught")
    wishes = parser.parse_args()
    wishes.modules = wishes.modules or [*NEAR]
    if strange := set(wishes.modules) - NEAR.keys():
        parser.error(f"no tests are listed for {', '.join(sorted(strange))}")
    return wishes


def _tried(module: str, processes: int, resume: bool) -> Trial:
    file = ROOT / module
    source = hashlib.sha256(file.read_bytes()).hexdigest()
    kept = ROOT / "podfleet-out" / "mutations" / f"{file.stem}-{source[:12]}.json"
    known = {tuple(key): outcome for key, outcome in json.loads(kept.read_text())} if resume and kept.exists() else {}
    trial = Trial(file, processes, known)
    options = ["--assert=plain", "-p", "no:terminal", "-p", "no:cacheprovider", "-s", "--hypothesis-profile=mutation"]
    end = pytest.main([*options, *(str(ROOT / near) for near in NEAR[module])], plugins=[trial])
    if end not in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED):
        sys.exit(f"{module}: pytest ended with {end}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps([*(known | trial.outcomes).items()]))
    return trial


def explanations() -> dict[str, dict[Key, str]]:
    """Return {module: {key of a survivor: why it survives}}."""
    file = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))
    return {
        module: {
            (row["in"], row["line"], change): row["why"]
            for row in rows
            for change in ([row["change"]] if isinstance(row["change"], str) else row["change"])
        }
        for module, rows in file.items()
    }


def _judged(module: str, trial: Trial, explained: dict[Key, str]) -> bool:
    """Return whether all survivors are explained; print the others as rows to be filled in."""
    survivors = [key for key, outcome in trial.outcomes.items() if outcome == SURVIVED]
    unknown = [key for key in survivors if not explained.get(key)]
    ended = "" if trial.is_whole else "interrupted: "
    print(
        f"\r{ended}{module}: {len(trial.outcomes)} mutants, {len(trial.outcomes) - len(survivors)} caught, "
        f"{len(survivors) - len(unknown)} survived as explained, {len(unknown)} unexplained; {trial.cpu_s:.0f} s of CPU"
    )
    for where, line, change in unknown:
        print(f'\n[["{module}"]]')
        for name, text in (("in", where), ("line", line), ("change", change), ("why", "")):
            print(f"{name} = {json.dumps(text, ensure_ascii=False)}")
    stale = explained.keys() - set(survivors) if trial.is_whole else set()
    for where, line, change in sorted(stale):
        print(f"{module}: {where}: {line}: {change}: explained in survivors.toml, but it is caught or gone")
    return trial.is_whole and not unknown and not stale


if __name__ == "__main__":
    main()
