"""Scenarios: the file, its checks, its typed sections."""
