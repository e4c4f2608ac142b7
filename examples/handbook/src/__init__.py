"""The handbook's backend."""
