"""The store of a served floor: tick log, snapshots, checks of the file."""
