"""What a warehouse consists of: pods, stations, robots, orders, tasks, stock."""
