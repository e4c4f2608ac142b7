"""The rules: problems by family, each a small pure function of what was read and resolved."""
