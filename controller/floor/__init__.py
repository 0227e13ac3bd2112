"""What happens on the floor in a tick: release, dispatch, trips, station work, charging."""
