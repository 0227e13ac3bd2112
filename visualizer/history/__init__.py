"""History of a run at any tick: orders, tasks, contents of pods, alarms. Events are read in slices between the
pictures.
"""

from visualizer.history.marks import Mark as Mark
from visualizer.history.marks import MarkKind as MarkKind
from visualizer.history.run_history import RunHistory as RunHistory
from visualizer.history.stock import Contents as Contents
from visualizer.history.tasks import TaskHistory as TaskHistory
