"""Imports of a command's process: all modules of controller and robots, and the kernels of a small floor's planner."""

import pkgutil
from importlib import import_module

import matplotlib.figure

import controller
import robots
from controller.run import SimulatedRun
from tests.support.floor.tiny_site import tiny

for package in (robots, controller):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(module.name)

with SimulatedRun(tiny()) as run:
    for _ in range(3):
        run.step()

__all__ = ["matplotlib"]
