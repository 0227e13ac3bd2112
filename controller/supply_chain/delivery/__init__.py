"""The last mile: waves, tours, delivery."""
