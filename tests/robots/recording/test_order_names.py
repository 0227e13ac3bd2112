"""Names of orders that aren't exact."""

from robots.recording.order_names import near_names, no_order


def test_names_that_differ_in_zeros_are_named_and_not_taken() -> None:
    """88 could be 000088; 000089 is another order."""
    names = ["000087", "000088", "000089", "88b"]
    assert near_names("88", names) == ["000088"]
    assert no_order("88", names) == "there is no order 88; there is 000088"
    assert no_order("90", names) == "there is no order 90"
