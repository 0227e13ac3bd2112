"""The drive units: bodies, life cycle, messages, records, simulator."""
