"""Rate limiting: so many requests for one client, counted by all workers together where there is a Redis."""

import logging

from limits import parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)

EXEMPT = frozenset({"/health"})  # load balancers ask often, and must never be turned away
SECONDS = 1.0  # as long as Redis may take: nobody waits longer for being counted


class RateLimit:
    """Middleware that answers 429 once a client has used up ``limit``, such as "60/minute".

    ``strict``: who can't be counted is turned away with 503; otherwise they pass, and the log says so.
    """

    def __init__(self, app: ASGIApp, limit: str, storage: Storage, *, strict: bool) -> None:
        self.app = app
        self.limit = parse(limit)
        self.limiter = MovingWindowRateLimiter(storage)
        self.strict = strict

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 or 503."""
        if scope["type"] != "http" or scope["path"] in EXEMPT:
            await self.app(scope, receive, send)
            return
        try:
            admitted = await self._admits(scope)
        except StorageError as error:
            # The name alone: the error's own words may quote the address.
            cause = type(error.storage_error).__name__
            log.error("requests can't be counted (%s)", cause)  # noqa: TRY400 - a traceback may quote the address
            if self.strict:
                await _refusal(503, "Requests can't be counted at the moment.", 5)(scope, receive, send)
                return
            admitted = True
        if admitted:
            await self.app(scope, receive, send)
            return
        refusal = _refusal(429, f"Too many requests: {self.limit} allowed.", self.limit.get_expiry())
        await refusal(scope, receive, send)

    async def _admits(self, scope: Scope) -> bool:
        client = scope.get("client")
        return await self.limiter.hit(self.limit, client[0] if client else "unknown")


def counter(redis_url: str) -> Storage:
    """Where requests are counted: in Redis, by one script and so one round trip a request, or in this process."""
    if not redis_url:
        return MemoryStorage()
    waits = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}
    return RedisStorage(f"async+{redis_url}", wrap_exceptions=True, implementation="redispy", **waits)


def _refusal(status: int, detail: str, retry_after: int) -> JSONResponse:
    return JSONResponse({"detail": detail}, status_code=status, headers={"Retry-After": str(retry_after)})
