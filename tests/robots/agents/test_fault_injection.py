"""A bad network by seed: the chances asked for, the same each time, and in order unless told otherwise."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.errors import InputError
from robots.agents.fault_injection import FaultInjection, read_faults

MANY = 4000


def arrivals(faults: FaultInjection, seed: int = 1, every_s: float = 0.01, way: str = "up") -> list[list[float]]:
    """For each of MANY messages, when it arrives."""
    channel = faults.channel(seed)
    times = [number * every_s for number in range(MANY)]
    return [[now + delay for delay in channel.deliveries(now, way)] for now in times]  # type: ignore[arg-type]


def test_a_network_without_faults_delivers_all_at_once_and_once() -> None:
    assert arrivals(FaultInjection()) == [[number * 0.01] for number in range(MANY)]


def test_as_many_are_lost_and_doubled_as_was_asked() -> None:
    counts = [len(times) for times in arrivals(FaultInjection(drop=0.2, duplicate=0.1))]
    assert counts.count(0) / MANY == pytest.approx(0.2, abs=0.03)
    assert counts.count(2) / (MANY - counts.count(0)) == pytest.approx(0.1, abs=0.03)


@given(st.integers(0, 1000), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_late_messages_stay_in_order_and_none_is_earlier_than_the_network_lets_it(
    seed: int, delay_s: float, latency_s: float
) -> None:
    faults = FaultInjection(delay_s=delay_s, latency_s=latency_s)
    times = [arrived for (arrived,) in arrivals(faults, seed)]
    assert times == sorted(times)
    late = [arrived - number * 0.01 for number, arrived in enumerate(times)]
    assert min(late) >= latency_s - 1e-9
    assert max(late) <= latency_s + delay_s + 1e-3


def test_reordered_messages_are_overtaken() -> None:
    times = [arrived for (arrived,) in arrivals(FaultInjection(reorder=0.1, delay_s=0.05))]
    overtaken = sum(after < before for before, after in pairwise(times))
    assert 0.02 * MANY < overtaken < 0.1 * MANY


def test_a_partition_cuts_its_way_in_its_time_only() -> None:
    faults = FaultInjection(partition=(10.0, 20.0, "up"))
    arrived = [bool(times) for times in arrivals(faults, way="up")]
    assert [number * 0.01 for number, came in enumerate(arrived) if not came] == [n * 0.01 for n in range(1000, 2000)]
    assert all(arrivals(faults, way="down"))
    assert not all(arrivals(FaultInjection(partition=(10.0, 20.0, "both")), way="down"))


def test_the_same_seed_is_the_same_network_and_another_is_another() -> None:
    faults = FaultInjection(drop=0.2, duplicate=0.1, delay_s=0.3, reorder=0.2)
    assert arrivals(faults, 3) == arrivals(faults, 3)
    assert arrivals(faults, 3) != arrivals(faults, 4)


def test_faults_are_read_as_written_on_the_command_line() -> None:
    assert read_faults("drop=0.2,duplicate=0.1,delay=0.3,reorder=0.5,partition=10:20:up", 0.05) == FaultInjection(
        0.2, 0.1, 0.3, 0.5, (10.0, 20.0, "up"), 0.05
    )
    assert read_faults("partition=1:2").partition == (1.0, 2.0, "both")
    assert read_faults("") == FaultInjection()


@pytest.mark.parametrize(
    "text",
    [
        "drop",
        "drop=2",
        "drop=nan",
        "dorp=0.1",
        "delay=-1",
        "delay=x",
        "partition=1",
        "partition=1:2:left",
        "drop=0.1;x=1",
    ],
)
def test_what_is_no_fault_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"drop=0\.2"):
        read_faults(text)
