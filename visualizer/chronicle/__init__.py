"""What a run's events tell, at any tick: orders, tasks, what lies in the pods, alarms. Read in slices beside the pictures."""

from visualizer.chronicle.chronicle import Chronicle as Chronicle
from visualizer.chronicle.marks import Mark as Mark
from visualizer.chronicle.marks import MarkKind as MarkKind
from visualizer.chronicle.stock import Contents as Contents
from visualizer.chronicle.tasks import TaskStory as TaskStory
