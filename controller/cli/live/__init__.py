"""Commands for a running floor: serve it, connect robots, operate it, submit orders, manage its store and keys."""
