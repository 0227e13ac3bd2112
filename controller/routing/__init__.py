"""Delivery routes of the last mile: areas, vehicles, routes by PyVRP, and times of arrival. Pure: it knows no floor."""
