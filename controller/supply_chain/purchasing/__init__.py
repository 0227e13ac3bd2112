"""Purchasing: suppliers, forecasts, purchase orders, backorders."""
