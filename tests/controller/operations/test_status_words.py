"""The floor's status in lines: what isn't at work, each by its cause."""

from controller.floor.failures import closed_cells
from controller.operations.status import floor_status
from controller.operations.status_words import status_lines, with_faults
from controller.site.site import Site
from robots.requests.requests import Result
from tests.support.floor.tiny_site import tiny_site


def _lines(site: Site) -> list[str]:
    told = floor_status(site)
    return status_lines(
        with_faults(
            Result("tester", "1", ok=True, text=told.text, data=told.data),
            {0: "it is off its route", 2: "motor 2 too hot"},
        )
    )


def test_closed_cells_are_told_by_who_keeps_them_closed() -> None:
    """An operator, a robot that was never heard, one that is paused, and one with a fault."""
    site = tiny_site(robots={"count": 4})
    cells = site.robots.cell.tolist()
    other = next(cell for cell in range(site.grid.width + 1, len(site.grid.kind)) if cell not in cells)
    site.operator_state.closed.add(other)
    site.robots.reports.offline[0] = True
    site.operator_state.paused.add(1)
    site.standstills |= {robot: [cells[robot]] for robot in (0, 1, 2)}
    closed_cells.close_cells(site, dict.fromkeys([other, *cells[:3]], "for the test"))
    lines = "\n".join(_lines(site))
    for cause in ("an operator", "silent robots", "paused robots", "robots stopped by a fault"):
        assert lines.count(f"closed cells, by {cause}: (") == 1
    assert "stopped by a fault, or stuck: robots 2\nrobot 0: it is off its route\nrobot 2: motor 2 too hot\n" in lines
