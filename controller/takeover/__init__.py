"""The book of a floor: what another version of podfleet has to know to take it over, in a form of its own."""
