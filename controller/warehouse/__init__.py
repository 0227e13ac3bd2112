"""Parts of a warehouse: pods, stations, robots, orders, tasks, stock."""
