"""A disk that takes only so much: the system's own limit on the size of files, for as long as a block lasts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

needs_limits = pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")


@contextmanager
def small_disk(most: int) -> Iterator[None]:
    """No file of this process grows beyond `most` bytes; whatever writes on gets an OSError, as on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
