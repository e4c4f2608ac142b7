"""Is this statement destructive: can what it takes away not be had again from what is left? Pure, room by room.

``sql`` reads statements with the parser library sqlglot (extra ``guard``), ``redis`` commands, ``mongodb`` command
documents, ``s3`` operations. Each gives ``Finding`` objects, none for what may pass. What is destructive is decided by
what is lost: rows and tables are, an index or a view, which is made again from what stays, is not. What cannot be read
but could destroy counts as destructive.
"""

from firedoor.destruction.finding import KINDS, Finding

__all__ = ["KINDS", "Finding"]
