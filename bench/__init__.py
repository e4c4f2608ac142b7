"""How fast firedoor is, measured against its targets and its peers. `make bench` runs all of it."""
