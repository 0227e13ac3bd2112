"""`podfleet slot plan` and `slot moves` on the tiny floor: files, output and refusals."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as Outcome
from typer.testing import CliRunner

from controller.cli.app import app
from controller.scenario.read import load_scenario
from layout.errors import InputError
from layout.slotting.moves.move_file import read_moves
from layout.slotting.moves.stowage import after
from layout.slotting.plan_file import HEAD, Limits, read_plan
from tests.controller.demand.test_order_file import UCI, needs_uci
from tests.support.floor.tiny_site import DEMO, ROOT, TINY

ORDER_HEAD = "order_id,sku,quantity,timestamp"
PLAN_HEAD = ",".join(HEAD)
SKUS = [f"S{number:02}" for number in range(40)]
ITEMS = "sku,name\n" + "".join(f"{sku},thing {sku}\n" for sku in SKUS)


def podfleet(*words: object) -> Outcome:
    return CliRunner().invoke(app, ["slot", *map(str, words)])


def done(*words: object) -> dict[str, Any]:
    """The JSON of a command that succeeds."""
    outcome = podfleet(*words, "--json")
    assert outcome.exit_code == 0, outcome.exception
    return json.loads(outcome.stdout)  # type: ignore[no-any-return]


def order_file(folder: Path, orders: int = 120, skus: list[str] | None = None) -> Path:
    """Orders of SKUs in groups of four, the first groups most often; the same each time."""
    chance, names = random.Random(1), skus or SKUS
    rows = [ORDER_HEAD]
    for number in range(orders):
        group = (number if number < 20 else min(chance.randrange(10), chance.randrange(10))) % 10 * 4 % len(names)
        day = f"2024-03-{1 + number // 8:02}T{8 + number % 8:02}:00"
        rows += [
            f"A{number:04},{sku},{chance.randrange(1, 4)},{day}" for sku in chance.sample(names[group : group + 4], 3)
        ]
    path = folder / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def text_file(folder: Path, text: str, name: str = "plan.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def small(path: Path) -> Path:
    """A scenario of the tiny floor with six bins of ten units a pod."""
    return text_file(path, f"[floor]\nfile = {json.dumps(str(TINY))}\n[pods]\nbins = 6\nbin_units = 10\n", "floor.toml")


def test_a_plan_is_written_with_its_gain(tmp_path: Path) -> None:
    """The plan holds all SKUs on storage places, and the parts of the gain add up."""
    floor, out = small(tmp_path), tmp_path / "out.csv"
    found = done("plan", floor, "--orders", order_file(tmp_path), "--policy", "affinity", "--out", out)
    scenario = load_scenario(floor)
    plan = read_plan(out, Limits(scenario.floor, 6, 10, set(SKUS)))
    assert plan.names == tuple(SKUS)
    assert (found["skus"], found["pods"], found["against"], found["moves"]) == (40, 11, "random", None)
    assert found["pods_of_floor"]
    assert found["visits_change"] < 0
    saved = found["before"]["travel"] - found["after"]["travel"]
    for parts in (("fewer_visits", "nearer_places"), ("velocity", "affinity")):
        assert sum(found["from"][part]["travel"] for part in parts) == pytest.approx(saved)
    assert (found["orders_trained_on"], found["orders_judged_on"]) == (96, 24)


def test_a_gain_has_its_interval_and_says_when_its_orders_are_too_few(tmp_path: Path) -> None:
    """Twenty-four orders make two blocks of ten; a warning appears below a hundred orders."""
    floor, out = small(tmp_path), tmp_path / "out.csv"
    result = podfleet("plan", floor, "--orders", order_file(tmp_path), "--policy", "affinity", "--out", out)
    assert "too few   judged on 24: with fewer than 100 orders the changes are mostly random" in result.stdout
    assert "of 11 pods, all that the floor holds, by affinity" in result.stdout
    assert re.search(r"^travel +−[\d.]+ % ± [\d.]+ %  [\d.]+ → [\d.]+ m an order", result.stdout, re.MULTILINE)
    few = done("plan", floor, "--orders", order_file(tmp_path), "--policy", "affinity", "--out", out)
    assert (few["blocks"], few["too_few_orders"]) == (2, True)
    assert few["travel_low"] < few["travel_high"]


def test_the_best_moves_from_the_current_plan_are_kept(tmp_path: Path) -> None:
    """Stock stays unchanged, the budget limits the moves, and a budget of none gives the current plan."""
    floor, orders, now = small(tmp_path), order_file(tmp_path), tmp_path / "now.csv"
    done("plan", floor, "--orders", orders, "--policy", "random", "--out", now)
    current = read_plan(now)
    gains = []
    for most in (0, 6, 1_000):
        out = tmp_path / f"{most}.csv"
        words = ("--current", now, "--policy", "affinity", "--max-moves", most, "--out", out)
        found = done("plan", floor, "--orders", orders, *words)
        plan = read_plan(out)
        assert dict(zip(plan.names, plan.units_of(), strict=True)) == dict(
            zip(current.names, current.units_of(), strict=True)
        )
        assert found["moves"] <= most
        gains.append(found["travel_change"])
    assert read_plan(tmp_path / "0.csv").same_as(current)
    assert gains[0] == 0
    assert gains[2] < gains[1] < 0


def test_moves_lead_from_plan_to_plan(tmp_path: Path) -> None:
    """Moves are printed and written to a file; a budget keeps the first of them, and without orders there are no gains."""
    floor, orders, now, out = small(tmp_path), order_file(tmp_path), tmp_path / "now.csv", tmp_path / "out.csv"
    done("plan", floor, "--orders", orders, "--policy", "random", "--out", now)
    done("plan", floor, "--orders", orders, "--policy", "affinity", "--current", now, "--out", out)
    file = tmp_path / "moves.csv"
    words = ("--from", now, "--to", out, "--layout", floor, "--orders", orders)
    found = done("moves", *words, "--out", file)
    moves = read_moves(file)
    assert len(moves) == found["moves"] == found["moves_needed"] == len(found["list"])
    assert after(read_plan(now), moves).same_as(read_plan(out))
    assert found["list"][-1]["cumulative"] == pytest.approx(found["gain"])
    assert found["gain"] > 0
    metres = [float(row.rpartition(",")[2]) for row in file.read_text().splitlines()[1:]]
    assert sum(metres) == pytest.approx(found["travel_saved"], rel=1e-4), "one unit in file and JSON"
    short = done("moves", *words, "--budget", 5)
    assert short["list"] == found["list"][:5]
    assert done("moves", "--from", now, "--to", out)["gain"] is None
    assert podfleet("moves", "--from", now, "--to", now).stdout == "the plans are the same: nothing to move\n"


def test_full_pods_change_places_through_a_tote(tmp_path: Path) -> None:
    """No bin is free: a budget that ends while units wait in the tote is cut short."""
    skus = SKUS[:36]
    orders, floor, now, out = (
        order_file(tmp_path, skus=skus),
        small(tmp_path),
        tmp_path / "now.csv",
        tmp_path / "out.csv",
    )
    done("plan", floor, "--orders", orders, "--policy", "random", "--pods", 6, "--out", now)
    assert len(read_plan(now).sku) == read_plan(now).pods * 6
    for most in (1, 2, 3, 40, 500):
        done(
            "plan",
            floor,
            "--orders",
            orders,
            "--policy",
            "affinity",
            "--current",
            now,
            "--max-moves",
            most,
            "--out",
            out,
        )
        assert read_plan(out).units_of().tolist() == read_plan(now).units_of().tolist()
        file = tmp_path / "moves.csv"
        done("moves", "--from", now, "--to", out, "--budget", most, "--out", file)
        assert after(read_plan(now), read_moves(file)).units_of().tolist() == read_plan(now).units_of().tolist()


GOOD_PLAN = PLAN_HEAD + '\nsku,S00,0,0,5,\npod,,0,,,"2,3"\n'
BAD_PLANS = {
    "an empty file": ("", "{0}: line 1: is empty (it names the columns: kind, sku, pod, bin, quantity, place)"),
    "no head line": (
        "sku,S00,0,0,5,\n",
        "{0}: line 1: is not the head line (the file begins with kind,sku,pod,bin,quantity,place)",
    ),
    "a missing column": (
        "kind,sku,pod,bin,place\n",
        "{0}: line 1: has no column quantity (it has kind, sku, pod, bin, place; "
        "known are kind, sku, pod, bin, quantity, place, days)",
    ),
    "a head alone": (PLAN_HEAD + "\n", "{0}: has no line below its head (a bin's line is like sku,bolt,0,3,12,)"),
    "a negative quantity": (
        GOOD_PLAN + "sku,S01,0,1,-3,\n",
        "{0}: line 4: quantity -3 is negative (write a whole number, 0 or more)",
    ),
    "no number": (
        GOOD_PLAN + "sku,S01,0,1,few,\n",
        "{0}: line 4: quantity 'few' is not a whole number (write digits only)",
    ),
    "nothing in a bin": (
        GOOD_PLAN + "sku,S01,0,1,0,\n",
        "{0}: line 4: quantity is 0 (leave the line of an empty bin out)",
    ),
    "more than fits": (
        GOOD_PLAN + "sku,S01,0,1,11,\n",
        "{0}: line 4: 11 units of 'S01' don't fit bin 0.1 (a bin takes 10)",
    ),
    "a bin that isn't there": (
        GOOD_PLAN + "sku,S01,0,6,1,\n",
        "{0}: line 4: pod 0 has no bin 6 (a pod has bins 0 to 5)",
    ),
    "two SKUs in a bin": (
        GOOD_PLAN + "sku,S01,0,0,1,\n",
        "{0}: line 4: bin 0.0 holds 'S00' already, by line 2 (a bin holds one SKU)",
    ),
    "an unknown SKU": (
        GOOD_PLAN + "sku,S-01,0,1,1,\n",
        "{0}: line 4: SKU 'S-01' is unknown (did you mean S01?)",
    ),
    "a place twice": (
        GOOD_PLAN + 'pod,,1,,,"2,3"\n',
        "{0}: line 4: place 2,3 is pod 0's already, by line 3 (one pod a place)",
    ),
    "a pod with two places": (
        GOOD_PLAN + 'pod,,0,,,"2,4"\n',
        "{0}: line 4: pod 0 has a place already, by line 3 (a pod stands in one place)",
    ),
    "an aisle as a place": (
        GOOD_PLAN + 'pod,,1,,,"1,1"\n',
        "{0}: line 4: place 1,1 is no storage cell but aisle "
        "(pods stand on storage cells; podfleet layout show draws them)",
    ),
    "a place outside": (
        GOOD_PLAN + 'pod,,1,,,"50,1"\n',
        "{0}: line 4: place 50,1 is outside the floor (rows are 0 to 10, columns 0 to 11)",
    ),
    "a pod without place": (
        GOOD_PLAN + "sku,S01,1,0,1,\n",
        '{0}: line 4: pod 1 has no place (add a line like pod,,1,,,"4,7")',
    ),
    "a kind that is none": (
        GOOD_PLAN + "bin,S01,1,0,1,\n",
        "{0}: line 4: kind 'bin' is neither sku nor pod nor orders (sku: the content of a bin; pod: its place)",
    ),
    "a place without quotes": (
        GOOD_PLAN + "pod,,1,,,2,4\n",
        '{0}: line 4: has 7 columns, the head line 6 (a cell with the separator in it goes in quotes: "4,7")',
    ),
}


@pytest.mark.parametrize("kind", BAD_PLANS)
def test_a_current_plan_that_cant_be_is_refused(tmp_path: Path, kind: str) -> None:
    """The message has the line, and comes before anything is written."""
    text, message = BAD_PLANS[kind]
    current, items = text_file(tmp_path, text), text_file(tmp_path, ITEMS, "items.csv")
    words = ("--orders", order_file(tmp_path), "--items", items, "--policy", "turnover", "--current", current)
    outcome = podfleet("plan", small(tmp_path), *words, "--out", tmp_path / "out.csv")
    assert isinstance(outcome.exception, InputError)
    assert str(outcome.exception) == message.format(current)
    assert not (tmp_path / "out.csv").exists()


def refused(*words: object) -> str:
    outcome = podfleet(*words)
    assert isinstance(outcome.exception, InputError), outcome.output
    return str(outcome.exception)


def test_options_that_dont_go_together_are_refused(tmp_path: Path) -> None:
    """Each message has a way out."""
    floor, orders, out = small(tmp_path), order_file(tmp_path), ("--out", tmp_path / "out.csv")
    plan, current = ("plan", floor, "--orders", orders), text_file(tmp_path, GOOD_PLAN)
    assert refused(*plan, *out, "--policy", "afinity") == (
        "--policy afinity: is not a known policy (did you mean affinity?)"
    )
    assert refused(*plan, *out, "--max-moves", 3) == ("--max-moves: needs a current plan (name it with --current)")
    assert refused(*plan, *out, "--current", current, "--pods", 3) == (
        "--pods, --current: can't be given together (the current plan has its pods)"
    )
    assert refused(*plan, "--out", tmp_path / "none" / "out.csv") == (
        f"{tmp_path / 'none' / 'out.csv'}: can't be written to: No such file or directory"
    )
    assert refused("moves", "--from", current, "--to", current, "--orders", orders) == (
        "--orders: needs the floor's distances (name the floor with --layout)"
    )


def test_plans_that_dont_fit_each_other_or_the_orders_are_refused(tmp_path: Path) -> None:
    """The plans differ in the number of pods, share no SKU, or hold more stock than bins."""
    floor, orders = small(tmp_path), order_file(tmp_path)
    one, two = text_file(tmp_path, GOOD_PLAN), text_file(tmp_path, GOOD_PLAN + 'pod,,1,,,"2,4"\n', "two.csv")
    assert refused("moves", "--from", one, "--to", two) == (
        f"{two}: has 2 pods, {one} has 1 (moves cannot add pods: plan with --current to keep them)"
    )
    other = text_file(tmp_path, GOOD_PLAN.replace("S00", "elsewhere"), "other.csv")
    words = ("--policy", "turnover", "--current", other, "--out", tmp_path / "out.csv")
    assert refused("plan", floor, "--orders", orders, *words) == (
        f"{other}: holds no SKU of {orders} (is it of the same warehouse?)"
    )
    few = order_file(tmp_path, orders=1)
    assert refused("plan", floor, "--orders", few, "--policy", "turnover", "--out", tmp_path / "out.csv") == (
        f"{few}: has 1 order (training on 80% and judging on the rest needs more)"
    )


def test_lines_of_skus_that_the_current_plan_lacks_are_counted(tmp_path: Path) -> None:
    """Those lines have no place, before or after."""
    current = text_file(tmp_path, GOOD_PLAN + "sku,S01,0,1,2,\n")
    words = ("--orders", order_file(tmp_path), "--policy", "turnover", "--current", current)
    found = done("plan", small(tmp_path), *words, "--out", tmp_path / "out.csv")
    assert found["skus"] == 2
    assert found["left_out"]["lines of SKUs that the current plan lacks"] > 0


@pytest.mark.slow
@needs_uci
def test_the_public_orders_are_planned_on_the_demo_floor(tmp_path: Path) -> None:
    """Affinity cuts visits and travel of unseen orders, and a few hundred moves bring much of the gain."""
    now, out = tmp_path / "now.csv", tmp_path / "out.csv"
    assert ROOT in DEMO.parents
    done("plan", DEMO, "--orders", UCI, "--policy", "random", "--out", now)
    words = ("--policy", "affinity", "--current", now, "--max-moves", 300, "--out", out)
    found = done("plan", DEMO, "--orders", UCI, *words)
    assert found["moves"] == 300
    assert found["travel_change"] < -0.1
    assert found["visits_change"] < -0.05
