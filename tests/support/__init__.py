"""Helpers that several test files share: `from support.project import ProjectFolder`."""
