"""Bad input to the slot commands: one line with the place, the problem and a valid alternative, and exit status 2."""

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from controller.cli.app import main

TINY = Path(__file__).parents[2] / "maps" / "tiny.toml"
FLOOR = f"[floor]\nfile = {json.dumps(str(TINY))}\n[pods]\nbins = 6\nbin_units = 10\n"
HEAD = "order_id,sku,quantity,timestamp\n"
ORDERS = HEAD + "".join(f"A{n:02},S{n % 8},1,2026-03-{1 + n // 4:02} 08:00\n" for n in range(40))
ITEMS = "sku,bins,weight,name,apart\n" + "".join(f"S{n},1,0.5,,\n" for n in range(8))
PLAN_HEAD = "kind,sku,pod,bin,quantity,place\n"
PLACES = 'pod,,0,,,"2,3"\npod,,1,,,"2,4"\n'
STOCK = "".join(f"sku,S{n},{n // 4},{n % 4},5,\n" for n in range(8))
PLAN = PLAN_HEAD + STOCK + PLACES
MOVES_HEAD = "step,group,kind,sku,units,pod,from,to,parked,visits_saved,travel_saved\n"

ANALYZE = "analyze floor.toml --orders orders.csv --items items.csv"
COMPARE = "compare floor.toml --orders orders.csv --items items.csv"
PLANNED = "plan floor.toml --orders orders.csv --out out.csv"
CURRENT = PLANNED + " --items items.csv --current now.csv"
PROVE = "prove floor.toml --orders orders.csv --plans now.csv,random --replications 2 --ticks 10"
MOVES = "moves --from now.csv --to other.csv --layout floor.toml --orders orders.csv"
HEAT = "heat floor.toml --orders orders.csv --plan now.csv"


@dataclass(frozen=True)
class Case:
    """A case. words: arguments after `podfleet slot`. told: part of the message. files: those that differ from the good
    ones.
    """

    words: str
    told: str
    files: dict[str, str] = field(default_factory=dict)


CASES = {
    # the history
    "orders that aren't there": Case(
        "analyze floor.toml --orders none.csv", "none.csv: can't be read: No such file or directory"
    ),
    "a missing column": Case(
        ANALYZE,
        "orders.csv: line 1: has no column quantity (it has order_id, sku, timestamp; ",
        {"orders.csv": "order_id,sku,timestamp\nA,S0,2026-03-01\n"},
    ),
    "an empty file": Case(ANALYZE, "orders.csv: line 1: is empty (", {"orders.csv": ""}),
    "an empty history": Case(
        COMPARE, "orders.csv: has no order lines (a line has order_id, sku, quantity, timestamp)", {"orders.csv": HEAD}
    ),
    "a history of one line": Case(
        COMPARE,
        "orders.csv: has 1 order (training on 80% and judging on the rest needs more)",
        {"orders.csv": HEAD + "A,S0,1,2026-03-01\n"},
    ),
    "dates that don't parse": Case(
        PLANNED,
        "orders.csv: has no order that can be used: 1 × timestamp can't be read (a line has ",
        {"orders.csv": HEAD + "A,S0,1,01.03.26 um 8\n"},
    ),
    "returns alone": Case(
        ANALYZE,
        "orders.csv: has no order that can be used: 1 × cancellation or return (quantity < 0) (a line has ",
        {"orders.csv": HEAD + "A,S0,-1,2026-03-01\n"},
    ),
    "wholesale alone": Case(
        ANALYZE + " --max-lines 1",
        "orders.csv: has no order that can be used: 1 × orders of more than 1 line (a line has ",
        {"orders.csv": HEAD + "A,S0,1,2026-03-01\nA,S1,1,2026-03-01\n"},
    ),
    # the items
    "items without sku": Case(
        ANALYZE,
        "items.csv: line 1: has no column sku (it has thing, bins; known are sku, bins, weight, name, apart)",
        {"items.csv": "thing,bins\nS0,1\n"},
    ),
    "items of negative weight": Case(
        COMPARE,
        "items.csv: line 2: weighs '-3' (write kg a unit, 0 or more)",
        {"items.csv": "sku,weight\nS0,-3\n"},
    ),
    "items of no size": Case(
        COMPARE,
        "items.csv: line 2: takes '0.5' bins (write a whole number from 1 to 1,000)",
        {"items.csv": "sku,bins\nS0,0.5\n"},
    ),
    "an item twice": Case(
        COMPARE, "items.csv: line 3: names SKU S0 again (name each SKU once)", {"items.csv": "sku\nS0\nS0\n"}
    ),
    # what fits
    "a SKU larger than a pod": Case(
        COMPARE, "slotting: SKU S3: needs 7 bins, a pod has 6 (", {"items.csv": "sku,bins\nS3,7\n"}
    ),
    "a SKU heavier than a pod bears": Case(
        COMPARE, "slotting: SKU S3: weighs 1000 kg, a pod bears 450 (", {"items.csv": "sku,weight\nS3,100\n"}
    ),
    "more SKUs than bins": Case(
        COMPARE + " --pods 1",
        "slotting: 8 SKUs need 8 bins, 1 pod of 6 has 6 (--pods 2, --bins 8, or a larger floor)",
    ),
    "an apart group of more SKUs than pods": Case(
        COMPARE + " --pods 2 --bins 10",
        "items: apart 'red': has 3 SKUs that must not share a pod, there are 2 pods (more pods, or smaller groups)",
        {"items.csv": "sku,apart\nS0,red\nS1,red\nS2,red\n"},
    ),
    "two apart groups that can't both be kept": Case(
        COMPARE + " --pods 2 --bins 15",
        "slotting: SKU S2: no pod has room for it (",
        {"items.csv": "sku,bins,apart\nS0,9,red\nS1,9,red\nS2,7,blue\nS3,1,blue\n"},
    ),
    "more pods than places": Case(COMPARE + " --pods 99", "--pods: 99 exceeds the 13 places that robots can reach"),
    # options
    "an unknown policy": Case(
        PLANNED + " --policy afinity", "--policy afinity: is not a known policy (did you mean affinity?)"
    ),
    "an unknown policy among several": Case(
        COMPARE + " --policies abc,trunover", "--policies: trunover: is no policy (did you mean turnover?)"
    ),
    "a train share of 1.5": Case(COMPARE + " --train 1.5", "--train: is 1.5 (a share between 0 and 1, like 0.8)"),
    "batches of no orders": Case(COMPARE + " --batch 0", "Invalid value for '--batch'"),
    "a budget below 0": Case(MOVES + " --budget -1", "Invalid value for '--budget'"),
    "moves from nowhere": Case(
        PLANNED + " --max-moves 5", "--max-moves: needs a current plan (name it with --current)"
    ),
    "a folder that isn't there": Case(
        "plan floor.toml --orders orders.csv --out none/out.csv",
        "none/out.csv: can't be written to: No such file or directory",
    ),
    # plans
    "a plan that isn't there": Case(HEAT + ",none.csv", "none.csv: can't be read: No such file or directory"),
    "a negative quantity": Case(
        CURRENT,
        "now.csv: line 12: quantity -5 is negative (write a whole number, 0 or more)",
        {"now.csv": PLAN + "sku,S0,1,5,-5,\n"},
    ),
    "more stock than space": Case(
        CURRENT,
        "now.csv: line 12: 11 units of 'S0' don't fit bin 1.5 (a bin takes 10)",
        {"now.csv": PLAN + "sku,S0,1,5,11,\n"},
    ),
    "an unknown SKU": Case(
        CURRENT, "now.csv: line 12: SKU 'S00' is unknown (did you mean S0?)", {"now.csv": PLAN + "sku,S00,1,5,1,\n"}
    ),
    "a duplicate place": Case(
        HEAT,
        "now.csv: line 12: place 2,4 is pod 1's already, by line 11 (one pod a place)",
        {"now.csv": PLAN + 'pod,,2,,,"2,4"\n'},
    ),
    "a plan for another floor": Case(
        PROVE,
        "now.csv: line 12: place 40,4 is outside the floor (rows are 0 to 10, columns 0 to 11)",
        {"now.csv": PLAN + 'pod,,2,,,"40,4"\n'},
    ),
    "a plan for another warehouse": Case(
        CURRENT.replace(" --items items.csv", ""),
        "now.csv: holds no SKU of orders.csv (is it of the same warehouse?)",
        {"now.csv": PLAN.replace("sku,S", "sku,Z")},
    ),
    "a plan without a SKU that is ordered": Case(
        PROVE,
        "now.csv: lacks 1 of 8 SKUs that may be ordered: S7 (create the plan from the same orders, ",
        {"now.csv": PLAN.replace("sku,S7,1,3,5,\n", "")},
    ),
    "a plan alone": Case(
        PROVE.replace(",random", ""), "--plans: names fewer than two plans (A.csv,B.csv or A.csv,random)"
    ),
    "plans of different numbers of pods": Case(
        MOVES,
        "other.csv: has 3 pods, now.csv has 2 (moves cannot add pods: plan with --current to keep them)",
        {"other.csv": PLAN + 'pod,,2,,,"2,6"\n'},
    ),
    "an order file for a plan": Case(
        MOVES.replace("--to other.csv", "--to orders.csv"),
        "orders.csv: line 1: has no column kind, pod, bin, place (it has order_id, sku, quantity, timestamp; ",
    ),
    "moves of another plan": Case(
        "run",
        "moves.csv: do not match now.csv: bin 0.0 holds ('S0', 5), not 9 of S0 (list them with slot moves --from that plan)",
        {
            "floor.toml": FLOOR + '[stock]\nslotting = "now.csv"\nmoves = "moves.csv"\n[orders]\ncsv = "orders.csv"\n',
            "moves.csv": MOVES_HEAD + "1,1,sku,S0,9,,0.0,1.5,,,\n",
        },
    ),
}
GOOD = {"floor.toml": FLOOR, "orders.csv": ORDERS, "items.csv": ITEMS, "now.csv": PLAN, "other.csv": PLAN}


def typed(words: str, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the exit status of `podfleet` with these arguments in the folder of these files."""
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    whole = ["run", "floor.toml", "--headless", "--ticks", "1"] if words == "run" else ["slot", *words.split()]
    monkeypatch.setattr(sys, "argv", ["podfleet", *whole])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("kind", CASES)
def test_bad_input_is_told_in_a_line(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, the file and the line, what is wrong, what would be right; no traceback, and no file written."""
    case = CASES[kind]
    monkeypatch.chdir(tmp_path)
    assert typed(case.words, GOOD | case.files, monkeypatch) == 2
    shown = capsys.readouterr()
    assert case.told in re.sub(r"[│\s]+", " ", shown.err)
    assert "Traceback" not in shown.err
    assert shown.out == ""
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("words", [ANALYZE, COMPARE, PLANNED, CURRENT, MOVES, HEAT], ids=lambda words: words.split()[0])
def test_the_same_words_with_good_files_work(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This shows that each case above is refused only for its bad input."""
    monkeypatch.chdir(tmp_path)
    assert typed(words, GOOD, monkeypatch) == 0


def test_there_are_thirty_kinds() -> None:
    assert len(CASES) >= 30
