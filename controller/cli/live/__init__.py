"""Commands for a running floor: serve it, connect robots, operate it, hand in orders, keep its store and keys."""
