"""Events, frames, records and the live stream."""
