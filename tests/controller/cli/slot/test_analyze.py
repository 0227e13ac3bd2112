"""`podfleet slot analyze` on the tiny floor: its figures and its page."""

import json
from pathlib import Path

from tests.controller.cli.slot.test_plan import ITEMS, ORDER_HEAD, done, order_file, podfleet, small, text_file


def test_the_order_history_is_printed_and_drawn(tmp_path: Path) -> None:
    """Figures come as JSON, and on a page that needs nothing else."""
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


def test_few_orders_are_reported_as_too_few(tmp_path: Path) -> None:
    """For forty orders, eight of them in the last fifth of the days, no SKU is reported as new, dying or bought
    together.
    """
    outcome = podfleet("analyze", small(tmp_path), "--orders", order_file(tmp_path, orders=40))
    assert outcome.exit_code == 0, outcome.output
    assert "8 orders since 2024-03-04: too few to identify new or dying SKUs" in outcome.stdout
    found = done("analyze", small(tmp_path), "--orders", order_file(tmp_path, orders=40))
    assert (found["ages"]["too_few"], found["ages"]["recent_orders"]) == (True, 8)
    rare = [pair for pair in found["pairs"] if pair["orders"] < 5]
    assert rare
    assert all(pair["lift"] is None for pair in rare), "a lift of few orders is noise"
    assert any(pair["lift"] for pair in found["pairs"] if pair["orders"] >= 5)


def test_a_lift_of_a_single_order_is_no_figure(tmp_path: Path) -> None:
    """Two SKUs were bought together once."""
    orders = text_file(tmp_path, f"{ORDER_HEAD}\n1,a,1,2024-03-01 08:00\n1,b,1,2024-03-01 08:00\n", "two.csv")
    outcome = podfleet("analyze", small(tmp_path), "--orders", orders)
    assert "together  a and b in 1 order, too few to tell" in outcome.stdout


def test_names_of_items_are_text_on_the_page(tmp_path: Path) -> None:
    """Names with markup are escaped."""
    items = text_file(tmp_path, "sku,name\nS00,<script>x</script>\n", "items.csv")
    done("analyze", small(tmp_path), "--orders", order_file(tmp_path), "--items", items, "--out", tmp_path / "page")
    page = (tmp_path / "page" / "analysis.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
