'''Where the guard stands: one file for each library or module of Python that connects, looks up or starts something.

An adaptor is a module with two names::

    LIBRARY = "psycopg"


    def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
        """Put the guard before what the library connects with; returns what takes it away again."""
        patches = Patches()
        patches.wrap(module.Connection, "connect", ...)
        return patches.undo

and a line in ``firedoor.guard.registry.ADAPTORS``: the library's module to the adaptor's file. Other packages add
theirs as entry points of the group ``firedoor.guard``, named like the library and leading to such a module.

**When.** ``arm`` is called once, when the guard is armed if ``sys.modules`` holds the library by then, else right after
its first import, on the thread that imports it. ``module`` is the imported library; an adaptor imports no other at the
top of its file. ``LIBRARY`` may be dotted (``redis.connection``), to be called as soon as that submodule is there.

**What to ask** of the ``Guard`` that is handed over; each returns, or raises GuardError, which is an OSError, too:

- ``guard.check_resource(kind, told)`` before connecting. ``kind`` is a kind of the declaration ("database", "cache",
  "bucket", "vector", "queue", "http", "smtp"), ``told`` a URL, DSN or keyword string as a declaration would have it, or
  identities where the library was given parts: ``[("postgresql", "db.example.org", "5432", "shop")]``, hosts in the
  spelling of ``firedoor.resources.host.canonical``. Another environment's resource is refused, as far as ``network``
  says, and under "declared" an address that nobody declared. Returns the variable's name, empty for none.
- ``guard.check_address(address, family)`` and ``guard.check_name(host, port)`` where no resource is known, as a proxy.
- ``guard.observe(ask, variable=NAME, kind=KIND)`` after connecting and before the application's first statement.
  ``ask()`` gives a ``firedoor.stamps.observation.Observation`` (the ``Asker`` of ``firedoor.stamps.*_session`` makes
  one), None for what nobody else can be in. The stamp and the lock are judged as ``firedoor.verify`` does it: errors
  are raised, warnings said once. What ``ask`` raises counts as a stamp that cannot be read.
- ``await guard.observe_async(ask, ...)``: the same where ``ask`` is a coroutine function.
- ``with guard.unguarded():`` around what the adaptor itself does with the library, on this thread.
- ``guard.is_asleep()``: nothing is to be looked at. ``guard.environment``, ``guard.configuration``, ``guard.policy``.
- ``guard.refuse(guard.problem("FD6..", subject, origin, **facts))`` for the adaptor's own problems: remembered in
  ``guard.refusals`` and raised.

**Rules.** The adaptor closes what it opened before it lets a refusal out. A refusal names variables and environments
and no address. Nothing is read or resolved while a library is only imported. What has been allowed once costs a look-up
in a dict. ``arm`` copes with a version of the library that lacks what it could do without; what it cannot do without,
it lets raise: a guard that stands on one leg is refused (FD607).
'''
