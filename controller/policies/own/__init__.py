"""User policies: found, shown the floor, called, checked."""
