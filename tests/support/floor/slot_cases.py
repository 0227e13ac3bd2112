"""Small histories and spaces for tests of slotting, and plain checks of what policies hand back."""

import numpy as np
from hypothesis import strategies as st

from layout.slotting.history import History, history_of
from layout.slotting.judge import Slotting
from layout.slotting.space import Space


def history(*baskets: str) -> History:
    """history("ab", "b"): an order of a and b, then one of b, a unit each, a second apart."""
    return history_of((f"{at:06}", sku, 1, float(at)) for at, basket in enumerate(baskets) for sku in basket)


def space(skus: int, pods: int, bins: int, **more: object) -> Space:
    """Places 10, 12, 14 … cells away and back."""
    given = {
        "trip": 10.0 + 2.0 * np.arange(pods),
        "place": np.arange(pods, dtype=np.int32),
        "size": np.ones(skus, np.int64),
        "weight": np.zeros(skus),
    }
    return Space(pods, bins, **(given | more))  # type: ignore[arg-type]


def made(seed: int, skus: int = 60, orders: int = 400, together: float = 0.7) -> History:
    """Orders of one to five lines; with probability `together` a line is of the first's group of six."""
    rng = np.random.default_rng(seed)
    rows = []
    for order in range(orders):
        first = int(skus * rng.random() ** 2)
        for _ in range(int(rng.integers(1, 6))):
            friend = first // 6 * 6 + int(rng.integers(6))
            sku = friend % skus if rng.random() < together else int(skus * rng.random() ** 2)
            rows.append((f"{order:06}", f"s{sku:03}", 1, float(order)))
    return history_of(rows, names=[f"s{sku:03}" for sku in range(skus)])


@st.composite
def cases(draw: st.DrawFn) -> tuple[History, Space, int]:
    """(history, space with sizes, weights and rivals that fit, seed)."""
    skus = draw(st.integers(2, 24))
    sizes = np.array(draw(st.lists(st.integers(1, 3), min_size=skus, max_size=skus)), np.int64)
    weights = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, 4.0]), min_size=skus, max_size=skus)))
    number = st.integers(0, skus - 1)
    pairs = draw(st.lists(st.tuples(number, number).filter(lambda pair: pair[0] != pair[1]), max_size=4))
    baskets = draw(st.lists(st.sets(number, min_size=1, max_size=5), min_size=1, max_size=80))
    rows = [(f"{at:03}", f"s{sku:02}", 1, float(at)) for at, basket in enumerate(baskets) for sku in sorted(basket)]
    past = history_of(rows, names=[f"s{sku:02}" for sku in range(skus)])
    pods = max(8, skus)  # so many that any turn finds room
    where = space(skus, pods, draw(st.integers(4, 6)), size=sizes, weight=weights, most_weight=8.0, apart=tuple(pairs))
    return past, where, draw(st.integers(0, 5))


def assert_legal(slotting: Slotting, space: Space) -> None:
    """Every SKU once, pods at different places, and bins, weight and rivals as they may be, copies counted."""
    skus = len(space.size)
    assert slotting.pod.shape == (skus,)
    assert sorted(slotting.rank.tolist()) == list(range(space.pods))
    held: dict[int, list[int]] = {}
    for sku, pod in [*enumerate(slotting.pod.tolist()), *slotting.more.tolist()]:
        held.setdefault(pod, []).append(sku)
    for pod, inside in held.items():
        assert 0 <= pod < space.pods
        assert len(set(inside)) == len(inside), "a SKU twice in a pod"
        assert sum(int(space.size[sku]) for sku in inside) <= space.bins
        assert sum(float(space.weight[sku]) for sku in inside) <= space.most_weight
        assert not any(one in inside and other in inside for one, other in space.apart)
