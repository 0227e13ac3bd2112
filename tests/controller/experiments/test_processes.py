"""Processes for independent parts of work: what happens when one dies."""

import os

import pytest

from controller.experiments.processes import workers
from layout.errors import InputError


def test_a_worker_that_dies_is_told_in_one_line() -> None:
    with pytest.raises(InputError, match=r"--workers: a process has died.*use fewer"), workers(1) as pool:
        pool.submit(os._exit, 1).result()
