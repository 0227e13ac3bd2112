"""Commands that simulate: run, compare, variants, league problems, forecasts."""
