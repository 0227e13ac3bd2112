"""The items file: its data hold, missing data are synthetic, and its faults are reported together."""

from pathlib import Path

import numpy as np
import pytest

from controller.build_site import build_site
from controller.scenario.read import load_scenario
from controller.supply_chain.items_csv import read_items
from controller.supply_chain.state.items import ItemMaster
from tests.support.floor.tiny_site import FLOOR, chain_of, faults_of

HEAD = "sku,price,cost,weight_kg,length_mm,width_mm,height_mm,department,returned\n"


def items_with(folder: Path, lines: str, head: str = HEAD) -> ItemMaster:
    """Item data of a tiny floor whose SKUs are SKU-00001 and so on, with an items file."""
    (folder / "items.csv").write_text(head + lines)
    scenario = folder / "a.toml"
    scenario.write_text(FLOOR + '[stock]\nskus = 5\n[items]\ncsv = "items.csv"\n')
    site = build_site(load_scenario(scenario))
    return chain_of(site).items


def test_the_file_sets_the_item_data(tmp_path: Path) -> None:
    """Money becomes cents, weight grams, and the longest side comes first."""
    items = items_with(tmp_path, "SKU-00002,12.99,7.50,0.25,30,200,100,apparel,0.3\n")
    assert (items.price[1], items.cost[1], items.weight_g[1]) == (1299, 750, 250)
    assert items.size_mm[1].tolist() == [200, 100, 30]
    assert (items.department[1], items.returned[1]) == ("apparel", 0.3)


def test_data_missing_in_the_file_are_synthetic(tmp_path: Path) -> None:
    """A line changes its own SKU only, and only the fields that it gives."""
    plain = items_with(tmp_path, "SKU-00001,,,,,,,,\n")
    items = items_with(tmp_path, "SKU-00001,20,,,,,,,\n")
    assert items.price[0] == 2000
    assert items.cost[0] == pytest.approx(1200, abs=30)
    np.testing.assert_array_equal(items.price[1:], plain.price[1:])
    np.testing.assert_array_equal(items.size_mm, plain.size_mm)


def test_columns_go_by_the_names_that_shops_use(tmp_path: Path) -> None:
    """Column names of other systems are recognised."""
    items = items_with(tmp_path, "SKU-00003,2.55,electronics\n", "StockCode,UnitPrice,Category\n")
    assert (items.price[2], items.department[2]) == (255, "electronics")
    assert items.returned[2] == 0.12


def test_all_faults_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    """Each fault has its line, the problem and the expected form."""
    path = tmp_path / "items.csv"
    path.write_text(HEAD + "a,cheap,1,1,,,,,\n,1,1,1,,,,,\nb,1,1,-2,100,,,,7\nb,1,1,1,1,1,1,,\nb,1,1,1,1,1,1,,\n")
    problems = faults_of(lambda: read_items(path))
    assert [line.split(": ", 1)[1] for line in problems] == [
        "line 2: has price 'cheap' (write an amount of money such as 12.99, 0.01 to 1,000,000)",
        "line 3: has no sku",
        "line 4: has weight '-2' (write kg a unit, 0.001 to 1,000)",
        "line 4: has returned '7' (write a share of the units, 0 to 1)",
        "line 4: has length only (write length, width and height, or none of them)",
        "line 6: names SKU b again (name each SKU once)",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: is empty (it names the columns: sku)"),
        ("price,cost\n1,1\n", "line 1: has no column sku (it has price, cost; known are sku, price"),
        (HEAD, "has no items (a line names a SKU)"),
    ],
)
def test_a_file_without_items_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """One line says what is missing."""
    path = tmp_path / "items.csv"
    path.write_text(text)
    assert message in faults_of(lambda: read_items(path))[0]


def test_a_file_of_other_skus_is_refused(tmp_path: Path) -> None:
    """A file without any SKU of the floor is a mistake, not a wish for synthetic items only."""
    problems = faults_of(lambda: items_with(tmp_path, "bolt,1,1,1,,,,,\n"))
    assert "names no SKU of this scenario (it has bolt, ordered is SKU-00001)" in problems[0]


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    """The message gives the path."""
    assert "No such file" in faults_of(lambda: read_items(tmp_path / "none.csv"))[0]


def test_a_long_list_of_faults_says_how_many_more_there_are(tmp_path: Path) -> None:
    """Twenty faults are listed, as for every file."""
    lines = "".join(f"SKU-{number:05d},cheap,1,1,1,1,1,,\n" for number in range(1, 24))
    problems = faults_of(lambda: items_with(tmp_path, lines))
    assert len(problems) == 21
    assert problems[-1].endswith("has 3 more faults like these")
