"""The floor's part of a tick: release, dispatch, trips, station work, charging."""
