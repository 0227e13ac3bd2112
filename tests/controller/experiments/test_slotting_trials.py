"""Plans proved on the floor: pairs of runs, their differences, and what is said of them."""

import json
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from controller.cli.slot.group import slot_app
from controller.experiments.processes import workers
from controller.experiments.slotting_trials import (
    FIGURES,
    SlottingTrial,
    TrialOutcome,
    dealt,
    findings,
    run_all,
    run_trial,
    trials_of,
    verdict,
)
from controller.experiments.statistics import Estimate, Paired
from controller.scenario.scenario import Scenario
from controller.slotting.training_days import training_of
from layout.errors import InputError
from layout.slotting.plan_file import read_plan, write_plan
from tests.support.floor.tiny_site import TINY, tiny
from tests.support.planning.plans import Contents, places, write

DISTANCE = next(figure for figure in FIGURES if figure.name == "distance_m_per_line")
ORDERS = "order_id,sku,quantity,timestamp\n" + "\n".join(
    f"{day}-{number},{'ab'[number % 2]},1,2024-03-{day:02} 09:{number:02}"
    for day in range(1, 8)
    for number in range(0, 60, 3)
)
"""Twenty orders an hour of a and b by turns, on seven days."""


class Here(Executor):
    """An executor without workers: each job is done when it is submitted."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """near: a and b in one pod beside the station. far: each in a pod of its own, in the furthest places of all."""
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    near: Contents = {(0, 0): ("a", 40), (0, 1): ("b", 40)}
    far: Contents = {(0, 0): ("a", 40), (1, 0): ("b", 40)}
    return {
        "near": write(tmp_path / "near.csv", near, [(4, 2)]),
        "far": write(tmp_path / "far.csv", far, [(2, 8), (2, 7)]),
        "again": write(tmp_path / "again.csv", near, [(4, 2)]),
        "orders": tmp_path / "orders.csv",
    }


def scenario_of(files: dict[str, Path], ticks: int = 900) -> Scenario:
    return tiny(
        TINY, run={"ticks": ticks}, robots={"count": 3}, orders={"csv": str(files["orders"])}, pods={"bin_units": 40}
    )


def proved(files: dict[str, Path], plans: list[str], replications: int, ticks: int) -> list[TrialOutcome]:
    return run_all(trials_of(scenario_of(files, ticks), plans, replications), Here())


def test_a_plan_against_itself_differs_by_exactly_nothing(files: dict[str, Path]) -> None:
    """Common random numbers: the same plan in another file gives the same runs, to the last bit."""
    plans = [str(files["near"]), str(files["again"])]
    outcomes = proved(files, plans, 2, ticks=400)
    first, second = (sorted(one.digest for one in outcomes if one.plan_name == name) for name in plans)
    assert first == second
    rows = [row.as_dict() for row in findings(outcomes, plans)]
    assert [(row["difference"], row["low"], row["high"]) for row in rows] == [(0.0, 0.0, 0.0)] * len(FIGURES)
    assert {row["verdict"] for row in rows} == {"the same in every replication"}
    assert not any(row["excludes_0"] for row in rows)


def test_a_better_plan_is_found_to_be_better(files: dict[str, Path]) -> None:
    """Demanded SKUs are beside the station or at the far end, which shows in the distance per line."""
    plans = [str(files["far"]), str(files["near"])]
    rows = {row.figure: row.as_dict() for row in findings(proved(files, plans, 3, ticks=900), plans)}
    distance = rows["distance_m_per_line"]
    assert distance["difference"] < 0
    assert distance["excludes_0"]
    assert distance["verdict"] == "less, better: the interval excludes 0"
    assert distance["low"] < distance["difference"] < distance["high"] < 0


@pytest.mark.slow
def test_two_workers_find_what_none_finds(files: dict[str, Path]) -> None:
    """Digests and figures are those of runs without workers."""
    trials = trials_of(scenario_of(files, 200), [str(files["far"]), str(files["near"])], 2)
    expected = run_all(trials, Here())
    with workers(2) as pool:
        assert run_all(trials, pool) == expected


def test_any_executor_does(files: dict[str, Path]) -> None:
    """An executor of threads works too, and each finished run is reported."""
    told: list[int] = []
    trials = trials_of(scenario_of(files, 100), [str(files["far"]), str(files["near"])], 1)
    with ThreadPoolExecutor(1) as pool:
        run_all(trials, pool, told.append)
    assert told == [1, 2]


def test_replications_have_their_own_days_and_seeds(files: dict[str, Path]) -> None:
    """Spread over the days of the file; with fewer days than replications they begin again, with other seeds."""
    plans = [str(files["far"]), str(files["near"])]
    scenario = scenario_of(files)
    days = [trial.scenario.orders.day for trial in trials_of(scenario, plans, 3)[::2]]
    assert days == ["2024-03-01", "2024-03-03", "2024-03-05"]
    more = trials_of(scenario, plans, 9)[::2]
    assert [trial.scenario.orders.day for trial in more][7:] == ["2024-03-01", "2024-03-02"]
    assert [trial.scenario.run.seed for trial in more] == list(range(1, 10))


def test_replications_begin_from_the_day_asked_for(files: dict[str, Path]) -> None:
    """A plan is thus not judged on the days it was made from."""
    plans = [str(files["far"]), str(files["near"])]
    late = _from_day(scenario_of(files), "2024-03-06")
    assert [trial.scenario.orders.day for trial in trials_of(late, plans, 2)[::2]] == ["2024-03-06", "2024-03-07"]
    with pytest.raises(InputError, match="have no order line from 2030-01-01 on"):
        trials_of(_from_day(scenario_of(files), "2030-01-01"), plans, 2)


def _from_day(scenario: Scenario, day: str) -> Scenario:
    return msgspec.structs.replace(scenario, orders=msgspec.structs.replace(scenario.orders, day=day))


def test_both_plans_of_a_pair_get_the_same_orders(files: dict[str, Path]) -> None:
    """Each run has its own demand, so that it may be run again."""
    trial, other = trials_of(scenario_of(files, 100), [str(files["far"]), str(files["near"])], 1)
    assert trial.demand == other.demand
    assert run_trial(trial) == run_trial(trial)


def test_generated_orders_differ_by_their_seed(tmp_path: Path) -> None:
    """Without a CSV there are no days; replications are seeds."""
    stock: Contents = {(0, 0): ("SKU-00001", 16), (1, 0): ("SKU-00002", 16)}
    plans = [str(write(tmp_path / name, stock, places(2))) for name in ("a.csv", "b.csv")]
    scenario = tiny(run={"ticks": 200}, stock={"skus": 2})
    trials: list[SlottingTrial] = trials_of(scenario, plans, 2)
    assert [trial.scenario.orders.day for trial in trials] == [""] * 4
    first, _, second, _ = run_all(trials, Here())
    assert first.digest != second.digest


def test_random_is_the_first_files_stock_dealt_anew(files: dict[str, Path]) -> None:
    """Its bins, units and places are shuffled in each replication."""
    trials = trials_of(scenario_of(files), ["random", str(files["far"])], 6)
    plan = read_plan(files["far"])
    drawn = [trial.plan for trial in trials if trial.plan_name == "random"]
    for one in drawn:
        assert one.contents().keys() == plan.contents().keys()
        assert sorted(one.contents().values()) == sorted(plan.contents().values())
        assert sorted(one.place.tolist()) == sorted(plan.place.tolist())
    assert not all(one.same_as(drawn[0]) for one in drawn)
    assert dealt(plan, np.random.default_rng(1)).same_as(dealt(plan, np.random.default_rng(1)))


def change(mean: float, low: float | None, high: float | None, n: int) -> Paired:
    return Paired(1.0, 1.0 + mean, Estimate(mean, low, high, n), None)


VERDICTS = {
    "nothing was measured": None,
    "one replication proves nothing: an interval needs more": change(1, None, None, 1),
    "the same in every replication": change(0, 0.0, 0.0, 9),
    "not shown: the interval includes 0": change(1, -1, 3, 9),
    "more, worse: the interval excludes 0": change(2, 1, 3, 9),
    "less, better: the interval excludes 0": change(-2, -3, -1, 9),
}


def test_a_broken_run_counts_for_nothing_nor_does_its_partner() -> None:
    """A crash of one run leaves its replication out of the pair, and of no other."""
    figures = {figure.name: 1.0 for figure in FIGURES}
    sound = [TrialOutcome(plan, number, number, "", 9, 9, figures, (), "") for plan in "abc" for number in range(3)]
    crashed = TrialOutcome("b", 1, 1, "", 0, 0, {}, ("it failed with KeyError: 3",), "")
    rows = findings(
        [crashed if (one.plan_name, one.replication) == ("b", 1) else one for one in sound], ["a", "b", "c"]
    )
    assert {(row.plan, row.statistic.n) for row in rows} == {("b", 2), ("c", 3)}


@pytest.mark.parametrize("words", VERDICTS)
def test_what_isnt_shown_is_said_not_to_be(words: str) -> None:
    """The distance per line, of which less is better, is not significant."""
    assert verdict(DISTANCE, VERDICTS[words]) == words


def test_a_plan_that_lacks_a_sku_is_an_input_error(files: dict[str, Path], tmp_path: Path) -> None:
    """The error comes before any run begins, with the plan's name."""
    lean = write(tmp_path / "lean.csv", {(0, 0): ("a", 1)}, places(1))
    with pytest.raises(InputError, match=r"lean\.csv: lacks 1 of 2 SKUs that may be ordered: b"):
        trials_of(scenario_of(files), [str(files["near"]), str(lean)], 1)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command without processes."""
    from contextlib import contextmanager

    @contextmanager
    def none(count: int) -> Iterator[Executor]:
        yield Here()

    monkeypatch.setattr("controller.experiments.processes.workers", none)


@pytest.mark.usefixtures("here")
def test_the_command_tells_words_and_json(files: dict[str, Path]) -> None:
    """A line a figure on standard error, and JSON with every run."""
    words = ["prove", str(TINY), "--orders", str(files["orders"]), "--plans", f"{files['far']},{files['near']}"]
    words += ["--replications", "2", "--ticks", "200", "--set", "pods.bin_units=40", "--json"]
    result = CliRunner().invoke(slot_app, words)
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stderr.splitlines() if not line.startswith("runs of the floor")]
    assert lines[0] == "2 replications of 0.06 h from 2024-03-01 to 2024-03-04, paired; intervals are 95 %"
    assert lines[1] == f"{files['near']} against {files['far']}"
    found = json.loads(result.stdout)
    assert [row["figure"] for row in found["differences"]] == [figure.name for figure in FIGURES]
    assert len(found["runs"]) == 4
    assert [(one["made_from_first"], one["own_days"]) for one in found["training"]] == [(None, None)] * 2
    assert lines[-1].endswith(
        "does not state its training orders, so it is unknown whether these are its training days"
    )


def test_a_plan_proved_on_its_own_days_says_so(files: dict[str, Path], tmp_path: Path) -> None:
    """A plan of the first five days runs on its own days in two of three replications; its training orders, and the
    first day after them, are reported.
    """
    dated = tmp_path / "dated.csv"
    write_plan(dated, replace(read_plan(files["near"]), made_from=(date(2024, 3, 1), date(2024, 3, 4))))
    plans = [str(files["far"]), str(dated), "random"]
    unknown, known = training_of(trials_of(scenario_of(files), plans, 3))
    assert (unknown.figures()["own_days"], known.figures()["own_days"]) == (None, [0, 1])
    assert known.words() == (
        f"own days  {dated} was made from the orders of 2024-03-01 to 2024-03-04, and looks better on them than it is: "
        "2 of 3 replications; --from-day 2024-03-05 begins after them"
    )
    _, later = training_of(trials_of(_from_day(scenario_of(files), "2024-03-05"), plans, 3))
    assert (later.own, later.words()) == ((), "")


def test_a_run_over_midnight_reaches_into_the_next_days(files: dict[str, Path], tmp_path: Path) -> None:
    """Three days of ticks from the first of March end on the third or later, where the plan's days begin."""
    dated = tmp_path / "dated.csv"
    write_plan(dated, replace(read_plan(files["near"]), made_from=(date(2024, 3, 3), date(2024, 3, 4))))
    plans = [str(dated), "random"]
    assert training_of(trials_of(scenario_of(files, 900), plans, 1))[0].own == ()
    assert training_of(trials_of(scenario_of(files, 3 * 86_400), plans, 1))[0].own == (0,)


@pytest.mark.parametrize(
    ("plans", "what"),
    [
        ("a.csv", "names fewer than two plans"),
        ("a.csv,a.csv", "names a.csv twice"),
        ("random,random", "names random twice"),
        ("a.csv,nowhere.csv", "a.csv: can't be read"),
    ],
)
def test_plans_that_cant_be_run_are_input_errors(plans: str, what: str) -> None:
    """The errors come at once."""
    result = CliRunner().invoke(slot_app, ["prove", str(TINY), "--plans", plans])
    assert isinstance(result.exception, InputError)
    assert what in str(result.exception)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("ended", [1, 3])
def test_ctrl_c_keeps_whole_replications(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, ended: int) -> None:
    """Three runs with two plans have at least one complete pair, one run has none; the output says how far it got, and
    ends with status 130.
    """
    updates = iter(range(1, 100))

    def update(*_: object, **__: object) -> None:
        if next(updates) == ended:
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "update", update)
    words = ["prove", str(TINY), "--orders", str(files["orders"]), "--plans", f"{files['far']},{files['near']}"]
    words += ["--replications", "2", "--ticks", "20", "--set", "pods.bin_units=40", "--json"]
    result = CliRunner().invoke(slot_app, words)
    assert result.exit_code == 130
    error = json.loads(result.stderr.splitlines()[-1])["error"]
    if ended == 1:
        assert (result.stdout, error["kind"]) == ("", "interrupted")
        assert error["messages"] == ["stopped before a replication was done with every plan"]
    else:
        found = json.loads(result.stdout)
        assert (found["replications"], [run["plan"] for run in found["runs"]]) == (
            1,
            [str(files["far"]), str(files["near"])],
        )
        assert error["messages"] == ["stopped after 1 replication of 2; the figures are partial"]
