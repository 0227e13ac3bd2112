"""The process that speaks for robots: pilot, sockets, simulated bodies."""
