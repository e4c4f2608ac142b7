"""The pytest plugin: barriers up before the first conftest is imported."""
