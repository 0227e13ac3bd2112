"""The layout editor: a window of its own, which knows layout files and nothing of a running floor."""
