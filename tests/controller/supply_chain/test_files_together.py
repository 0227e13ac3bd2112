"""Faults of the supply chain's files are reported together, so that four files can be corrected at once."""

from pathlib import Path

from controller.build_site import build_site
from controller.scenario.read import load_scenario
from tests.support.floor.tiny_site import FLOOR, faults_of

FILES = {"items": "items", "sourcing": "suppliers", "receiving": "receipts", "returns": "returns"}


def messages(folder: Path, **lines: str) -> list[str]:
    """Faults of a floor with these files, without the folder; a file's first line has its columns."""
    toml = FLOOR + "[stock]\nskus = 5\n"
    for section, name in FILES.items():
        if name in lines:
            (folder / f"{name}.csv").write_text(lines[name])
            toml += f'[{section}]\ncsv = "{name}.csv"\n'
    scenario = folder / "a.toml"
    scenario.write_text(toml)
    return [line.removeprefix(f"{folder}/") for line in faults_of(lambda: build_site(load_scenario(scenario)))]


TWO_WITHOUT_PRICES = "sku,supplier,cost_cents\nSKU-00001,Alder,\nSKU-00002,Alder,\n"


def cheap_items(lines: int) -> str:
    """An items file with that many faulty lines."""
    return "sku,price\n" + "".join(f"SKU-{number:05d},cheap\n" for number in range(1, lines + 1))


def test_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    """Faults are in the order of reading, each with its file and line."""
    found = messages(
        tmp_path,
        items="sku,price\nSKU-00001,cheap\n",
        suppliers="sku,supplier,cost_cents\nSKU-00001,Alder,\n",
        receipts="asn,sku,quantity,arrives\nT1,SKU-00001,many,2011-05-09 08:30\n",
        returns="order_id,sku,quantity,timestamp\n",
    )
    assert [line.split(" (")[0] for line in found] == [
        "items.csv: line 2: has price 'cheap'",
        "suppliers.csv: line 2: has no cost_cents",
        "receipts.csv: line 2: has quantity 'many'",
        "returns.csv: has no returns",
    ]


def test_a_long_list_of_one_file_leaves_room_for_the_others(tmp_path: Path) -> None:
    """Twenty faults are listed at once: with two files ten of each, and the number of further ones per file."""
    found = messages(tmp_path, items=cheap_items(30), suppliers=TWO_WITHOUT_PRICES)
    assert len(found) == 13
    assert found[10] == "items.csv: has 20 more faults like these"
    assert [line.split(" (")[0] for line in found[11:]] == [
        "suppliers.csv: line 2: has no cost_cents",
        "suppliers.csv: line 3: has no cost_cents",
    ]


def test_twenty_faults_of_several_files_are_all_reported(tmp_path: Path) -> None:
    """Eighteen faults of one file and two of another are all listed."""
    found = messages(tmp_path, items=cheap_items(18), suppliers=TWO_WITHOUT_PRICES)
    assert len(found) == 20
    assert not any("more fault" in line for line in found)
