"""The endpoints, one module for each subject."""

from src.routes import ask, bookmarks, chapters, search, status

ROUTERS = (status.router, chapters.router, search.router, bookmarks.router, ask.router)
