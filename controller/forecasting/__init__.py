"""Demand forecasts by SKU and day, and the reorder points made from them: functions over arrays, without a floor."""
