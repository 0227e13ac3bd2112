"""The scenario's returns file in the run's terms: ticks and SKU numbers."""

from controller.demand.demand import Demand, FileDemand, moment_of_begin
from controller.scenario.scenario import Scenario
from controller.supply_chain.returns.returns_csv import read_returns, returns_path
from controller.supply_chain.state.outbound.return_matching import ReturnFile, ReturnRequest


def return_file_of(scenario: Scenario, demand: Demand) -> ReturnFile | None:
    """Return the returns file, or None if the scenario names none. Raises InputError for a file that cannot be used.

    If orders are generated, the day of the file's first return is the run's first day.
    """
    path = returns_path(scenario)
    if path is None:
        return None
    read = read_returns(path, scenario.orders)
    lines = sorted(read.lines, key=lambda line: (line.moment, line.name))
    first = moment_of_begin(demand, lines[0].moment)
    number = {name: sku for sku, name in enumerate(demand.catalogue.names)}
    requests = tuple(
        (tick, ReturnRequest(line.name, line.customer, line.item, number.get(line.item, -1), line.units))
        for line in lines
        if 0 <= (tick := scenario.tick_at(line.moment, first)) < scenario.run.ticks
    )
    names = demand.names if isinstance(demand, FileDemand) else ()
    known = set(names)
    customers = {name: customer for name, customer in read.customers.items() if not known or name in known}
    by_day = scenario.orders.number_by == "day"
    return ReturnFile(names, customers, requests, dict(sorted(read.skipped.items())), by_day)
