"""`podfleet orders cancel`, `podfleet track` and `podfleet seller` against the desk of a floor in process, and a record."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result as Outcome
from typer.testing import CliRunner

from controller.cli.app import app
from controller.link.key_folder import add_key, make_keys
from controller.operations.requests import RequestHandler
from controller.run import Run, RunOptions
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.order_events import OrderEventLog
from layout.errors import InputError
from robots.link.keys import Registry
from robots.link.messages import encode
from tests.support.floor.tiny_site import run, tiny_site
from tests.support.link.request_router import router

Podfleet = Callable[..., Outcome]
SELLER = "seller-1"


@pytest.fixture
def site() -> Site:
    """The tiny floor with a chain, twelve orders and sellers' stock, three ticks old."""
    site = tiny_site(
        orders={"per_station_hour": 0, "backlog": 12},
        stock={"skus": 30, "seller_share": 0.8},
        sourcing={"confirm_s": 60.0},
    )
    site.order_log = OrderEventLog()
    run(site, 3)
    return site


@pytest.fixture
def podfleet(site: Site) -> Iterator[Podfleet]:
    """The command line, connected to the site's desk."""
    handler = RequestHandler(site)
    with router(lambda _, request: [encode(handler.apply(request, "")[0])]) as there:
        yield lambda *words: CliRunner().invoke(app, [*map(str, words), "--connect", there.address])


def test_an_order_is_cancelled_and_its_story_says_so(podfleet: Podfleet, site: Site) -> None:
    """Exit status 1 for one that nobody knows."""
    outcome = podfleet("orders", "cancel", "000001", "--reason", "bought elsewhere")
    assert (outcome.exit_code, outcome.stdout) == (0, "order 000001 is cancelled\n")
    tick(site)
    story = podfleet("track", "--order", "000001")
    assert story.stdout.splitlines()[-2:] == [
        f"  {clock(site)}: cancelled: bought elsewhere",
        "Order 000001 is cancelled",
    ]
    assert podfleet("orders", "track", "000001").stdout == story.stdout
    assert json.loads(podfleet("track", "--order", "000001", "--json").stdout)["lines"] == story.stdout.splitlines()
    unknown = podfleet("orders", "cancel", "A99")
    assert (unknown.exit_code, unknown.stderr) == (1, "refused: there is no order A99\n")


def clock(site: Site) -> str:
    seconds = int(site.demand.start_s) + 3
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02} (tick 3)"


def test_stock_is_shown_by_item_and_place(podfleet: Podfleet, site: Site) -> None:
    """A line each SKU; as JSON the same in numbers; nothing for who owns nothing."""
    lines = podfleet("seller", "stock", SELLER).stdout.splitlines()
    owners = site.demand.catalogue.owners
    assert len(lines) == 1 + owners.count(SELLER)
    assert " bin" in lines[1]
    rows = json.loads(podfleet("seller", "stock", SELLER, "--json").stdout)["stock"]
    assert sum(row["bin"] for row in rows) > 0
    assert podfleet("seller", "stock", "seller-99").exit_code == 1


def test_a_shipment_of_a_file_is_announced(podfleet: Podfleet, site: Site, tmp_path: Path) -> None:
    """Once, however often it is sent; what isn't the owner's is refused with its line."""
    owners, names = site.demand.catalogue.owners, site.demand.catalogue.names
    file = tmp_path / "lines.csv"
    file.write_text(f"sku,quantity\n{names[owners.index(SELLER)]},12\n")
    outcome = podfleet("seller", "advise", SELLER, "ASN-1", file, "--in-s", 60)
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(f"ASN-1 of {SELLER}: 12 units, shipment ")
    assert podfleet("seller", "advise", SELLER, "ASN-1", file).stdout == f"ASN-1 of {SELLER} is already announced\n"
    refused = podfleet("seller", "advise", "house", "ASN-2", file)
    assert (refused.exit_code, "line 1" in refused.stderr) == (1, True)


def test_every_bad_line_of_a_shipment_is_named(tmp_path: Path) -> None:
    """Nothing is sent then."""
    file = tmp_path / "lines.csv"
    file.write_text("sku,quantity\nbolt,1.5\nnut,\n,3\nbolt,12\ncap,3\nbolt,12\n")
    with pytest.raises(InputError) as caught:
        CliRunner().invoke(app, ["seller", "advise", SELLER, "A", str(file)], catch_exceptions=False)
    assert str(caught.value).splitlines() == [
        f"{file}: line 2: quantity is 1.5 (a whole number from 1 on)",
        f"{file}: line 3: quantity is nothing (a whole number from 1 on)",
        f"{file}: line 4: has no SKU (1 to 100 signs)",
        f"{file}: line 7: repeats line 5 (add up what is alike)",
    ]


def test_a_record_tells_the_same_story(site: Site, tmp_path: Path) -> None:
    """By the customer's number; one that isn't there, and no source or two, are faults of input."""
    path = tmp_path / "run.pfr"
    other = tiny_site(orders={"per_station_hour": 0, "backlog": 3}, sourcing={"confirm_s": 60.0})
    with Run(other, RunOptions(path)) as running:
        for _ in range(30):
            running.step()
        running.finish()

    def told(*words: str) -> str:
        return CliRunner().invoke(app, ["track", *words], catch_exceptions=False).stdout

    assert told(str(path), "--order", "000002").startswith("Order 000002: ")
    assert json.loads(told(str(path), "--order", "000002", "--json"))["lines"][0].startswith("Order 000002")
    here, there = str(path), ["--connect", "tcp://127.0.0.1:1"]
    for words in (
        [here, "--order", "A9"],
        [here, "--order", "2"],
        ["--order", "A9"],
        [here, "--order", "A9", *there],
        [here],
    ):
        with pytest.raises(InputError):
            told(*words)
    for words, meant in ((["000002", here], f"{here} --order 000002"), (["A9", *there], "--order A9 --connect tcp://")):
        with pytest.raises(InputError, match=re.escape(f"podfleet track {meant}")):
            told(*words)


def test_a_sellers_key_has_his_name(tmp_path: Path) -> None:
    """Made by `keys add`; in a registry a seller's key of another name is a fault, for its name says what it may see."""
    folder = tmp_path / "keys"
    make_keys(folder, robots=1)
    add_key(folder, "seller-3")
    with pytest.raises(InputError, match="is not the name of a key"):
        add_key(folder, "seller-")
    registry = folder / "registry.toml"
    assert {entry.name: entry.role for entry in Registry(registry).entries}["seller-3"] == "seller"
    registry.write_text(registry.read_text().replace('name = "seller-3"', 'name = "operator-2"'))
    with pytest.raises(InputError, match="operator-2 has the role seller, but is no seller's name"):
        Registry(registry)


def test_a_key_is_for_its_role(tmp_path: Path) -> None:
    """A folder's key of the owner is taken first; a viewer's key opens no desk."""
    folder = tmp_path / "keys"
    make_keys(folder, robots=1)
    with pytest.raises(InputError, match="a key of role seller-3 or orders or operator is needed here"):
        CliRunner().invoke(
            app, ["seller", "stock", "seller-3", "--keys", str(folder / "viewer.key")], catch_exceptions=False
        )
