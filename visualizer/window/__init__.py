"""The window: keys, mouse, playback."""
