"""A database for each test worker: created on the environment's own server, stamped, migrated and dropped again."""
