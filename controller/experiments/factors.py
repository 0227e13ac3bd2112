"""FACTORS.toml: settings with several values each, and seeds, on a base scenario; every combination runs on every seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from msgspec import Struct

from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario
from layout.errors import InputError, Problem
from layout.files.tables import load_toml, read_table
from layout.formats.toml_format import toml_value

Levels = dict[str, str]
"""{section.key: value} of one combination; a value is written as in TOML."""


class ExperimentFile(Struct, frozen=True):
    """Keys of the file itself; [factors], [settings] and [baseline] are read by `read_factors`."""

    scenario: str
    seeds: int | list[int] = 3
    warm_up_s: float = 0.0
    factors: dict[str, object] = {}
    settings: dict[str, object] = {}
    baseline: dict[str, object] = {}


@dataclass(frozen=True, slots=True)
class Experiment:
    """Combinations of an experiment, the baseline first, with the scenario of each on each seed.

    factors: names in the order of the file. arms: [combination]. scenarios: [combination][seed]. warm_up: ticks.
    """

    factors: tuple[str, ...]
    arms: tuple[Levels, ...]
    seeds: tuple[int, ...]
    scenarios: tuple[tuple[Scenario, ...], ...]
    warm_up: int


def read_factors(path: Path) -> Experiment:
    """Return an experiment with all its scenarios. InputError with all faults of the file."""
    problems: list[Problem] = []
    plan = read_table(ExperimentFile, load_toml(path), str(path), "the file", problems)
    if problems:
        raise InputError(problems)
    factors = _flat(plan.factors)
    seeds = tuple(range(1, plan.seeds + 1)) if isinstance(plan.seeds, int) else tuple(plan.seeds)
    levels = {key: values for key, values in factors.items() if isinstance(values, list)}
    problems = [*_faults(path, factors, seeds), *_baseline_faults(path, levels, _flat(plan.baseline))]
    if problems:
        raise InputError(problems)
    arms = _arms(levels, _flat(plan.baseline))
    fixed = {key: toml_value(value) for key, value in _flat(plan.settings).items()}
    base = path.parent / plan.scenario
    scenarios = tuple(
        tuple(load_scenario(base, {**fixed, **arm, "run.seed": str(seed)}) for seed in seeds) for arm in arms
    )
    warm_up = round(plan.warm_up_s / scenarios[0][0].run.tick_s)
    if any(warm_up >= scenario.run.ticks for row in scenarios for scenario in row):
        fault = f"{plan.warm_up_s:g} s is the whole run"
        raise InputError.single(str(path), "warm_up_s", fault, "a longer run.ticks or a shorter warm-up")
    return Experiment(tuple(factors), arms, seeds, scenarios, warm_up)


def in_words(arm: Levels) -> str:
    """Return a combination in words: "policies.pods nearest, robots.count 20"."""
    return ", ".join(f"{key} {plain(value)}" for key, value in arm.items())


def plain(value: str) -> str:
    """Return a value for display, a text without its quotes."""
    return value.strip('"')


def _arms(factors: Mapping[str, list[object]], baseline: Mapping[str, object]) -> tuple[Levels, ...]:
    """Return every combination; the baseline first, by default that of all first levels."""
    combinations = [dict(zip(factors, map(toml_value, levels), strict=True)) for levels in product(*factors.values())]
    first = {key: toml_value(baseline.get(key, levels[0])) for key, levels in factors.items()}
    return (first, *(arm for arm in combinations if arm != first))


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, object]:
    """Return {section.key: value} of tables that may be nested, as TOML's dotted keys are."""
    flat: dict[str, object] = {}
    for key, value in table.items():
        flat |= _flat(value, f"{before}{key}.") if isinstance(value, Mapping) else {before + key: value}
    return flat


def _faults(path: Path, factors: Mapping[str, object], seeds: tuple[int, ...]) -> list[Problem]:
    problems = [
        Problem(str(path), f"[factors] {key}", "is no list of values", 'write it as ["a", "b"]')
        for key, levels in factors.items()
        if not isinstance(levels, list) or not levels
    ]
    if not factors:
        problems.append(
            Problem(str(path), "[factors]", "has no factor", 'add one such as policies.pods = ["demand", "nearest"]')
        )
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds, default=0) < 0:
        problems.append(Problem(str(path), "seeds", "are no seeds", "a number of seeds, or a list of different ones"))
    return problems


def _baseline_faults(path: Path, factors: Mapping[str, list[object]], baseline: Mapping[str, object]) -> list[Problem]:
    return [
        Problem(str(path), f"[baseline] {key}", f"{value!r} is no level of it", "one of the values under [factors]")
        for key, value in baseline.items()
        if value not in factors.get(key, [])
    ]
