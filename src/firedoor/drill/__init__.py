"""The drill: attacks on a project's own barriers, each beside its harmless twin, with stand-ins in production's place."""
