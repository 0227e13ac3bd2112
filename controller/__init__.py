"""The brain: orders, stock, stations, dispatch policies, path planning, grants, records, KPIs and the command line."""
