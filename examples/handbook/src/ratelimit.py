"""Rate limiting: so many requests for one client. Each process counts for itself."""

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

EXEMPT = frozenset({"/health"})  # load balancers ask often, and must never be turned away


class RateLimit:
    """Middleware that answers 429 once a client has used up ``limit``, such as "60/minute"."""

    def __init__(self, app: ASGIApp, limit: str) -> None:
        self.app = app
        self.limit = parse(limit)
        self.limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429."""
        if scope["type"] != "http" or scope["path"] in EXEMPT or await self._admits(scope):
            await self.app(scope, receive, send)
            return
        response = JSONResponse(
            {"detail": f"Too many requests: {self.limit} allowed."},
            status_code=429,
            headers={"Retry-After": str(self.limit.get_expiry())},
        )
        await response(scope, receive, send)

    async def _admits(self, scope: Scope) -> bool:
        client = scope.get("client")
        return await self.limiter.hit(self.limit, client[0] if client else "unknown")
