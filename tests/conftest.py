"""For all tests: examples of hypothesis may take their time, for a busy machine is no fault of the program; long ones begin."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("podfleet", deadline=None)
settings.load_profile("podfleet")


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """The root logger as it was: a command that sets up its log leaves a handler to a stream that is closed by then."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield
    logger.handlers[:], logger.level = handlers, level


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The commands of the pages and whole runs first: what begins last would have one worker busy and the others idle."""
    items.sort(key=lambda item: (item.path.name != "test_docs.py", "system" not in item.path.parts))
