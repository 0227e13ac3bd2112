"""Shared parts of commands: options, progress, output, exit statuses, the connection to a running controller."""
