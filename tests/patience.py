"""How long tests wait for something to happen: until it does, or so long that no machine is as slow.

Behaviour is asserted, not speed. A test that waits for a thing ends as soon as the thing is there; the limit is only there
so that a program that hangs fails its test instead of stopping the suite.
"""

import time
from collections.abc import Callable

PATIENCE_S = 300.0


def wait_until(true: Callable[[], object], patience_s: float = PATIENCE_S, look_s: float = 0.01) -> None:
    """Look again and again until it is true. Fails after `patience_s`."""
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(look_s)
