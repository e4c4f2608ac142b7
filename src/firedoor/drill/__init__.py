"""The drill: attacks on a project's own barriers, each beside its harmless twin, on stand-ins for production."""
