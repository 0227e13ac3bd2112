"""Two scenarios figure by figure: means are of what is there, and a change is told where it can be formed."""

from controller.compare import _row


def test_means_are_of_all_seeds() -> None:
    """Also where the first's mean is 0, so that no change can be formed."""
    assert _row("a figure", [0.0, 0.0], [1.0, 3.0]) == _told(0.0, 2.0, None, None)


def test_a_seed_without_the_figure_counts_for_nothing() -> None:
    """The change is of the seeds that have it twice."""
    assert _row("a figure", [1.0, None, 0.5], [1.0, 1.0, None]) == _told(0.75, 1.0, 0.0, None)
    assert _row("a figure", [None], [None]) == _told(None, None, None, None)


def test_a_change_is_a_share_of_the_firsts_mean() -> None:
    """With its standard error over the pairs."""
    row = _row("units", [10.0, 20.0], [12.0, 26.0])
    assert (row["first"], row["second"]) == (15.0, 19.0)
    assert abs(row["change"] - 4 / 15) < 1e-9
    assert abs(row["spread"] - 2 / 15) < 1e-9


def _told(first: float | None, second: float | None, change: float | None, spread: float | None) -> dict[str, object]:
    return {"figure": "a figure", "first": first, "second": second, "change": change, "spread": spread}
