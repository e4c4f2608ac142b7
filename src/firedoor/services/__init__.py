"""Containers per environment: Compose starts those of one environment and no others; what runs is asked."""
