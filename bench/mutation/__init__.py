"""How much the tests notice: small mistakes are made on purpose, one at a time, and a test must fail of each.

docs/explanation/mutation-testing.md says why, and what was found.
"""
