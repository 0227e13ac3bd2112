"""Delivery routes of the last mile: areas, vehicles, routes by PyVRP, and times of arrival. No dependency on a floor."""
