"""Binding one environment's values to the user's class. Public names are reached through ``firedoor`` itself.

Nothing is imported here: plain ``firedoor.load()`` must not pay for pydantic.
"""
