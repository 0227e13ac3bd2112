"""A floor in real time: served over the network or shown in a window."""
