"""Agents of robots: pilots, sockets, simulated bodies."""
