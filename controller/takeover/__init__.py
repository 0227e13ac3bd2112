"""The book of a floor: the data from which another version of podfleet takes it over, in a version-independent form."""
