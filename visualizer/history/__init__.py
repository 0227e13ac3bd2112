"""What a run's events tell, at any tick: orders, tasks, what lies in the pods, alarms. Read in slices beside the pictures."""

from visualizer.history.marks import Mark as Mark
from visualizer.history.marks import MarkKind as MarkKind
from visualizer.history.run_history import RunHistory as RunHistory
from visualizer.history.stock import Contents as Contents
from visualizer.history.tasks import TaskHistory as TaskHistory
