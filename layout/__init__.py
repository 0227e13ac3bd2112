"""The floor: grid, stations, lanes, file formats, generators and checks."""
