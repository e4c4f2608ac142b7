"""Other libraries' settings classes on firedoor's sources, one file for each library, imported only by who uses it."""
