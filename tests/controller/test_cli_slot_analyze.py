"""`podfleet slot analyze` on the tiny floor: its figures and its page."""

import json
from pathlib import Path

from test_cli_slot_plan import ITEMS, done, order_file, small, text_file


def test_the_order_history_is_told_and_drawn(tmp_path: Path) -> None:
    """Figures as JSON, and a page that needs nothing else."""
    orders, items = order_file(tmp_path), text_file(tmp_path, ITEMS + "Z9,\n", "items.csv")
    found = done("analyze", small(tmp_path), "--orders", orders, "--items", items, "--out", tmp_path / "page")
    assert (found["orders"], found["lines"], found["skus"], found["skus_ordered"]) == (120, 360, 41, 40)
    assert sum(map(sum, found["profile"])) == 120
    assert found["pairs"][0]["lift"] > 1
    assert found["fastest"][0]["name"] == f"thing {found['fastest'][0]['sku']}"
    assert sum(row["skus"] for row in found["abc"]) == 41
    page = (tmp_path / "page" / "analysis.html").read_text()
    assert page.count("<svg") == 4
    assert "http" not in page.replace("http://www.w3.org", "")
    assert json.loads((tmp_path / "page" / "analysis.json").read_text()) == found


def test_names_of_items_are_text_on_the_page(tmp_path: Path) -> None:
    """Not markup."""
    items = text_file(tmp_path, "sku,name\nS00,<script>x</script>\n", "items.csv")
    done("analyze", small(tmp_path), "--orders", order_file(tmp_path), "--items", items, "--out", tmp_path / "page")
    page = (tmp_path / "page" / "analysis.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
