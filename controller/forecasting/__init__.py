"""Demand forecasts by SKU and day, and the reorder points derived from them: functions over arrays, without a floor."""
