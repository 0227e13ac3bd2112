"""What a command's process begins with: the modules that commands import, and the kernels of the demo's planner."""

import controller.compare
import matplotlib.figure
import scipy.optimize
from tiny_site import tiny

import controller.cli
import controller.league.bench
import controller.report
import controller.serve
import controller.slot_prove
import controller.variants
import robots.agent
import robots.drive
import robots.trace
from controller.run import SimulatedRun

with SimulatedRun(tiny()) as run:
    for _ in range(3):
        run.step()

__all__ = ["controller", "matplotlib", "robots", "scipy"]
