"""Discovery: what a project has on disk and in version control. Nothing of the project is imported or executed."""
