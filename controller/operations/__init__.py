"""Requests to a running floor: from operators, order systems and sellers."""
