"""The receipts file: scheduled trailers with missing, damaged and surplus units; and faulty files."""

import json
from pathlib import Path

import pytest

from controller.site.site import Site
from controller.supply_chain.money.supplier_bills import NO_ORDER
from controller.supply_chain.state.accounts import payable
from controller.warehouse.stock import PROBLEM, RETAILER
from robots.recording.supply_chain_events import Received, SellerInbound, TrailerMoved
from tests.support.floor.tiny_site import FLOOR, chain_of, faults_of, of_kind, quiet_site, run
from tests.support.supply_chain.audit import audit_faults
from tests.support.supply_chain.inbound_site import QUICK

HEAD = "asn,sku,quantity,arrives,received,damaged"
HOUR = 720
"""In ticks of five seconds."""


def dock_site(
    folder: Path, text: str, tables: str = "[stock]\nseller_share = 0.0\n", **sections: dict[str, object]
) -> Site:
    """Nobody orders after 08:00, and nothing comes but the trailers of the file."""
    path = folder / "receipts.csv"
    path.write_text(text)
    file = folder / "dock.toml"
    file.write_text(f"{FLOOR}{QUICK}{tables}")
    settings: dict[str, dict[str, object]] = {
        "receiving": {"unknown": 0.0, "over": 0.0, "problem_s": 1_800.0, "csv": str(path)},
        "sellers": {"damaged": 0.0},
        "inventory": {"reorder": False},
        "run": {"ticks": 8_000, "tick_s": 5.0},
        "returns": {"rate": 0.0},
    }
    return quiet_site(file, **settings | sections)


def test_a_trailer_comes_at_its_time_with_its_real_load(tmp_path: Path) -> None:
    """118 of 120 with two damaged, six too many, and a line as announced."""
    lines = (
        "SKU-00003,120,2026-01-05 09:00,118,2",
        "SKU-00004,60,2026-01-05 09:00,66,",
        "SKU-00005,7,2026-01-05 09:00,,",
    )
    site = dock_site(tmp_path, "\n".join([HEAD, *(f"T-1,{line}" for line in lines)]))
    events = run(site, HOUR + HOUR // 4)
    assert [(move.state, move.t) for move in of_kind(events, TrailerMoved)][:2] == [("announced", 0), ("waiting", HOUR)]
    found = of_kind(events, Received)
    assert {got.source for got in found} == {"notice T-1"}
    assert [(got.sku, got.announced, got.good, got.damaged, got.over, got.short) for got in found] == [
        (2, 120, 116, 2, 0, 2),
        (3, 60, 60, 0, 6, 0),
        (4, 7, 7, 0, 0, 0),
    ]
    assert site.ledger.held(PROBLEM) == {2: 2, 3: 6}
    assert audit_faults(site) == []


def test_unannounced_units_go_to_the_problem_place_and_are_kept(tmp_path: Path) -> None:
    """Announced 0, received 4: the check decides to keep them."""
    site = dock_site(tmp_path, f"{HEAD}\nT-1,SKU-00003,0,2026-01-05 08:30,4,\n")
    run(site, 2 * HOUR)
    assert site.ledger.held(PROBLEM) == {}
    assert _here(site, 2) == 4
    assert audit_faults(site) == []


def test_lines_of_one_sku_add_up(tmp_path: Path) -> None:
    """A SKU on two pallets of a trailer is invoiced for each of its units."""
    site = dock_site(tmp_path, f"{HEAD}\nT-1,SKU-00003,10,2026-01-05 08:30,,\nT-1,SKU-00003,5,2026-01-05 08:30,,\n")
    chain = chain_of(site)
    run(site, HOUR)
    assert _here(site, 2) == 15
    assert chain.accounts.balance[payable(NO_ORDER)] == -15 * int(chain.items.cost[2])


def test_a_trailer_is_announced_a_day_ahead(tmp_path: Path) -> None:
    """The day of the first arrival is the first of the run: an earlier arrival comes at the begin; after the end,
    nothing comes.
    """
    days = ("2026-01-05", "2026-01-05 12:00", "2026-01-06 14:00", "2026-02-01 08:00")
    text = "\n".join([HEAD, *(f"T-{day},SKU-00003,9,{day},," for day in days)])
    site = dock_site(tmp_path, text, run={"ticks": 2_000, "tick_s": 60.0})
    assert [receipt.asn for receipt in chain_of(site).receiving.receipts] == [f"T-{day}" for day in days[:3]]
    announced = [move.t for move in of_kind(run(site, 400), TrailerMoved) if move.state == "announced"]
    assert announced == [0, 0, 6 * 60]


def test_each_owner_gets_their_own_units_of_a_trailer(tmp_path: Path) -> None:
    """The retailer gets its receipts, and each seller a shipment with only that seller's units."""
    skus = range(10)
    lines = (f"T-1,SKU-{sku + 1:05},6,2026-01-05 08:30,," for sku in skus)
    site = dock_site(tmp_path, "\n".join([HEAD, *lines]), "[stock]\nseller_share = 0.5\n")
    owners = site.ledger.catalogue.owners
    events = run(site, 2 * HOUR)
    retailers = {got.sku for got in of_kind(events, Received) if got.source == "notice T-1"}
    assert retailers == {sku for sku in skus if owners[sku] == RETAILER}
    shipments = [event for event in of_kind(events, SellerInbound) if event.state == "received"]
    assert {(event.seller, line) for event in shipments for line in event.lines} == {
        (owners[sku], (sku, 6)) for sku in skus if owners[sku] != RETAILER
    }
    assert all(_here(site, sku) == 6 for sku in skus)


def _here(site: Site, sku: int) -> int:
    """Units in the building: those that are missing elsewhere."""
    outside = ("supplier", "seller", "inbound")
    return -sum(held.get(sku, 0) for place, held in site.ledger.places().items() if place.kind in outside)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (HEAD, [": has no receipts (a line has asn, sku, quantity, arrives)"]),
        (f"{HEAD}\nT-1,BOLT,5,2026-01-05,,\n", [": names no SKU of this scenario (it has BOLT, ordered is SKU-00001)"]),
        (
            f"{HEAD}\n" + 2 * "T-1,SKU-00001,5,2026-01-05,,\n",
            [": line 3: repeats line 2 (one line for each SKU and pallet; add up equal lines)"],
        ),
        (
            f"{HEAD}\n,,1.5,soon,,\n",
            [
                ": line 2: has no sku",
                ": line 2: has asn '' (the sender's number of the trailer, at most 60 characters)",
                ": line 2: has arrives 'soon' (write a date and time such as 2011-05-09 08:30)",
                ": line 2: has quantity '1.5' (write whole units, 0 to 1,000,000)",
            ],
        ),
        (
            f"{HEAD}\nT-1,A,5,2026-01-05,,\nT-1,A,5,2026-01-06,,\nT-2,A,,2026-01-05,,\nT-3,A,4,2026-01-05,,5\n"
            "T-4,A,4,2026-01-05,-1,\nT-5,A,0,2026-01-05,,\n",
            [
                ": line 3: gives 2026-01-06 as the arrival of T-1, line 2 gives 2026-01-05 (a trailer comes once)",
                ": line 4: has quantity '' (write whole units, 0 to 1,000,000)",
                ": line 5: has 5 damaged of 4 (damaged units are part of the units announced and received)",
                ": line 6: has received '-1' (write whole units, 0 to 1,000,000)",
                ": line 7: brings nothing (quantity or received is 1 or more)",
            ],
        ),
    ],
)
def test_a_receipts_file_that_cannot_be_used_is_reported(tmp_path: Path, text: str, messages: list[str]) -> None:
    """All faulty lines of the file are reported together."""
    path = tmp_path / "receipts.csv"
    assert faults_of(lambda: dock_site(tmp_path, text)) == [f"{path}{message}" for message in messages]


def test_a_file_of_another_year_is_reported(tmp_path: Path) -> None:
    """With an order file, dates are those of the orders."""
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,sku,quantity,timestamp\nA,BOLT,1,2026-03-02 08:10\n")
    path = tmp_path / "receipts.csv"
    tables = f"[orders]\ncsv = {json.dumps(str(orders))}\n"
    assert faults_of(lambda: dock_site(tmp_path, f"{HEAD}\nT-1,BOLT,5,2024-01-05,,\n", tables)) == [
        f"{path}: has nothing that arrives in the run, which begins 2026-03-02 08:00 (the last arrival is 2024-01-05 00:00)"
    ]
