"""The attacks, one file for each family. Each file holds ``ATTACKS``, which the registry finds."""
