"""A disk, and a memory, that take only so much: the system's own limits, for as long as a block lasts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


needs_memory_limits = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says what is in use")


@contextmanager
def small_memory(more: int) -> Iterator[None]:
    """This process gets `more` bytes than it has, and MemoryError after that."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
