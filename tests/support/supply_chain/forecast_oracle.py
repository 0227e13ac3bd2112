"""Slow, obvious versions of the forecasting routines, SKU by SKU and day by day, as in the papers."""

from collections.abc import Sequence


def ses(sold: Sequence[float], alphas: Sequence[float], season: int = 7) -> float:
    """Simple exponential smoothing with the best of the constants."""
    outcomes = []
    for alpha in alphas:
        first = sold[:season]
        level, squared = sum(first) / len(first), 0.0
        for day, units in enumerate(sold):
            if day >= season:
                squared += (units - level) ** 2
            level = alpha * units + (1 - alpha) * level
        outcomes.append((squared, level))
    return min(outcomes, key=lambda outcome: outcome[0])[1]


def croston_sba(sold: Sequence[float], size_alpha: float = 0.1, interval_alpha: float = 0.1) -> float:
    """Croston's size over interval, less half the constant (Syntetos and Boylan 2005)."""
    size = interval = None
    since = 1
    for units in sold:
        if units > 0:
            if size is None or interval is None:
                size, interval = units, float(since)
            else:
                size = size_alpha * units + (1 - size_alpha) * size
                interval = interval_alpha * since + (1 - interval_alpha) * interval
            since = 1
        else:
            since += 1
    return 0.0 if size is None or interval is None else (1 - interval_alpha / 2) * size / interval


def tsb(sold: Sequence[float], size_alpha: float = 0.1, chance_beta: float = 0.05) -> float:
    """Probability × size (Teunter, Syntetos, Babai 2011), both from their means at the start."""
    demands = [units for units in sold if units > 0]
    if not demands:
        return 0.0
    chance, size = len(demands) / len(sold), sum(demands) / len(demands)
    for units in sold:
        if units > 0:
            chance = chance + chance_beta * (1 - chance)
            size = size + size_alpha * (units - size)
        else:
            chance = chance - chance_beta * chance
    return chance * size


def seasonal_naive(sold: Sequence[float], horizon: int, season: int = 7) -> list[float]:
    days = list(sold)
    for _ in range(horizon):
        days.append(days[-season])
    return days[len(sold) :]


def weekday_profile(history: Sequence[Sequence[float]], season: int = 7) -> list[float]:
    means = []
    for phase in range(season):
        days = [sum(sku[day] for sku in history) for day in range(len(history[0])) if day % season == phase]
        means.append(sum(days) / len(days))
    common = sum(means) / season
    return [one / common for one in means]


def velocity_class(units: Sequence[float]) -> list[int]:
    """The class by rank: a tenth A, up to three tenths B."""
    order = sorted(range(len(units)), key=lambda sku: (-units[sku], sku))
    found = [2] * len(units)
    for place, sku in enumerate(order):
        if place < -(-len(units) // 10):
            found[sku] = 0
        elif place < -(-3 * len(units) // 10):
            found[sku] = 1
    return found


def pattern(sold: Sequence[float]) -> str:
    demands = [units for units in sold if units > 0]
    if not demands:
        return "intermittent"
    mean = sum(demands) / len(demands)
    uneven = sum((units - mean) ** 2 for units in demands) / len(demands) / mean**2 >= 0.49
    seldom = len(sold) / len(demands) >= 1.32
    return {(False, False): "smooth", (True, False): "erratic", (False, True): "intermittent", (True, True): "lumpy"}[
        uneven, seldom
    ]


def mase(
    past: Sequence[Sequence[float]], forecast: Sequence[Sequence[float]], actual: Sequence[Sequence[float]]
) -> float:
    """Absolute errors of all SKUs over those of last week's demand in their past."""
    wrong = naive = 0.0
    for sku, sold in enumerate(past):
        changes = [abs(sold[day] - sold[day - 7]) for day in range(7, len(sold))]
        naive += sum(changes) / len(changes) * len(actual[sku])
        wrong += sum(abs(one - other) for one, other in zip(forecast[sku], actual[sku], strict=True))
    return wrong / naive


def pinball(share: float, quantile: float, actual: float) -> float:
    return share * (actual - quantile) if actual >= quantile else (1 - share) * (quantile - actual)
