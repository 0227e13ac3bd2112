"""All plots of the report, each as an SVG for the page."""

import matplotlib as mpl

from controller.report.document import Report
from controller.report.plots.fleet import battery, queues, robot_time
from controller.report.plots.orders import times
from controller.report.plots.supply_chain import costs, promises, waiting
from controller.report.plots.work import orders_by_hour, stations
from controller.report.style import STYLE, svg


def plots(report: Report) -> dict[str, str]:
    """Return the SVGs by the name of the function that draws them."""
    drawn = {}
    chain = (promises, waiting, costs) if report.chain is not None else ()
    for draw in (orders_by_hour, stations, times, robot_time, queues, battery, *chain):
        name = draw.__name__
        with mpl.rc_context(STYLE | {"svg.hashsalt": name}):
            drawn[name] = svg(draw(report), name)
    return drawn
