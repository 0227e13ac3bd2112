"""The layout editor, a window for layout files that is independent of a running floor."""
