"""The finished record of a small run, its source and its floor, for tests of the window."""

from tests.support.window.records import floor, record, source

__all__ = ["floor", "record", "source"]
