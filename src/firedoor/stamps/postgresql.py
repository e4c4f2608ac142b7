"""PostgreSQL's stamp: the one row of the table ``firedoor.stamp``, bound to system identifier and database oid.

A row travels with a dump and with a TEMPLATE clone; those two numbers do not, and any role may read them.
"""

# ruff: noqa: S608 - statements made of this package's own constants

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.stamps import failure
from firedoor.stamps.observation import FAILED, ClientMissing, NotAllowed, Overtaken, Unreachable
from firedoor.stamps.postgresql_answer import SCHEMA, TABLE, WHOLE, Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.libpq import Session
    from firedoor.stamps.observation import Observation
    from firedoor.stamps.stamp import Stamp

EXTRA = "postgresql"

# insufficient_privilege; read_only_sql_transaction and object_not_in_prerequisite_state: a standby, a login that reads
_FORBIDDEN = ("42501", "25006", "55000")

# READ COMMITTED, whatever the default is: after the lock the newest state must be seen. Everything is local to the
# transaction, since a pooler gives the session to somebody else afterwards.
_BEGIN = """
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL client_min_messages = error;
SET LOCAL lock_timeout = {milliseconds};
SET LOCAL statement_timeout = {milliseconds};
SET LOCAL idle_in_transaction_session_timeout = {milliseconds};
SELECT pg_catalog.pg_advisory_xact_lock(7236567317561)
"""

# A table or a schema that a stranger made before us may have triggers that run as us, and stays the stranger's. What is
# ours, or a superuser's, or of a role that we belong to is kept; for a superuser, who belongs to every role, the rest
# is a stranger's.
_PLACE = """
SELECT pg_catalog.concat_ws(' ', {schema}, {table}, CASE WHEN me.rolsuper THEN 'y' ELSE 'n' END)
FROM pg_catalog.pg_roles AS me WHERE me.rolname OPERATOR(pg_catalog.=) CURRENT_USER
"""
_TRUSTED = """
COALESCE((
  SELECT CASE
    WHEN r.rolname OPERATOR(pg_catalog.=) CURRENT_USER OR r.rolsuper THEN 'ours'
    WHEN NOT me.rolsuper AND pg_catalog.pg_has_role(CURRENT_USER, r.oid, 'USAGE') THEN 'ours'
    ELSE 'strange'
  END
  FROM {source} JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) {owner}
  WHERE {condition}
), 'absent')
"""
_PLACE = _PLACE.format(
    schema=_TRUSTED.format(
        source="pg_catalog.pg_namespace AS n",
        owner="n.nspowner",
        condition=f"n.nspname OPERATOR(pg_catalog.=) '{SCHEMA}'",
    ),
    table=_TRUSTED.format(
        source="pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
        " ON c.relnamespace OPERATOR(pg_catalog.=) n.oid",
        owner="c.relowner",
        condition=f"n.nspname OPERATOR(pg_catalog.=) '{SCHEMA}' AND c.relname OPERATOR(pg_catalog.=) 'stamp'",
    ),
)

_NEW_SCHEMA = f"""
CREATE SCHEMA {SCHEMA};
REVOKE CREATE ON SCHEMA {SCHEMA} FROM PUBLIC;
GRANT USAGE ON SCHEMA {SCHEMA} TO PUBLIC
"""
# Whoever can log in may see whose the database is: that is what stops a login of another environment.
_NEW_TABLE = f"""
CREATE TABLE {TABLE} (stamp pg_catalog.text NOT NULL);
REVOKE ALL ON TABLE {TABLE} FROM PUBLIC;
GRANT SELECT ON TABLE {TABLE} TO PUBLIC
"""
# Default privileges may have given a new table to others.
_GRANTEES = f"""
SELECT DISTINCT pg_catalog.quote_ident(r.rolname)
FROM pg_catalog.pg_class AS c, pg_catalog.aclexplode(c.relacl) AS a, pg_catalog.pg_roles AS r
WHERE c.oid = '{TABLE}'::pg_catalog.regclass AND r.oid = a.grantee AND r.oid <> c.relowner
"""


def _unreachable(error: Exception) -> Exception:
    if isinstance(error, ImportError):
        return ClientMissing(EXTRA)
    return Unreachable(getattr(error, "sentence", FAILED))


def _not_written(error: Exception) -> Exception:
    return NotAllowed() if getattr(error, "code", "") in _FORBIDDEN else _unreachable(error)


@failure.translated(_unreachable)
def observe(address: Address) -> Observation:
    """Ask the server who it is and for its stamp, in one round trip. Raises Unreachable, ClientMissing."""
    from firedoor.stamps import libpq

    with libpq.connect(address) as session:
        return _answer(session).observation()


@failure.translated(_not_written)
def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
    """Put the stamp in, in one transaction under a lock, if ``replacing`` is there now. What is there afterwards.

    Raises Overtaken, NotAllowed, Unreachable, ClientMissing.
    """
    from firedoor.stamps import libpq

    with libpq.connect(address) as session:
        return _transaction(session, stamp, replacing, max(1, int(address.seconds * 1000)))


def grants(address: Address) -> Sequence[str]:  # noqa: ARG001 - the same for every address
    """What an administrator may run, for roles from which PUBLIC's rights were taken, and to let a role stamp."""
    return (
        "GRANT CREATE ON DATABASE <database> TO <stamping role>;",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO <application role>;",
        f"GRANT SELECT ON {TABLE} TO <application role>;",
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {TABLE} FROM <application role>;",
    )


def _transaction(session: Session, stamp: Stamp, replacing: Stamp | None, milliseconds: int) -> Observation:
    """Everything between BEGIN and COMMIT. The session is closed by the caller, which rolls back what is not done."""
    session.ask(_BEGIN.format(milliseconds=milliseconds))
    before = _answer(session).observation()
    if before.unreadable:
        raise NotAllowed
    if before.stamp != replacing:
        raise Overtaken(before.stamp)
    if not _prepare(session):
        raise NotAllowed
    # Readers go on meanwhile; whoever writes without our lock waits.
    session.ask(f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE")
    session.ask(f"DELETE FROM {TABLE}")
    session.ask(f"INSERT INTO {TABLE} (stamp) VALUES ({_literal(stamp.bound_to(before.bound))})")
    after = _answer(session).observation()
    session.ask("COMMIT")
    return after


def _prepare(session: Session) -> bool:
    """A schema and a table that nobody below us owns; False when a stranger's is in the way that we may not remove."""
    schema, table, superuser = session.ask(_PLACE)[0].split(" ")
    if "strange" in (schema, table) and superuser == "n":
        return False
    if schema == "absent":
        session.ask(_NEW_SCHEMA)
    elif schema == "strange":
        session.ask(
            f"ALTER SCHEMA {SCHEMA} OWNER TO CURRENT_USER; REVOKE CREATE ON SCHEMA {SCHEMA} FROM PUBLIC"
        )
    if table == "strange":
        session.ask(f"DROP TABLE {TABLE} CASCADE")
    if table != "ours":
        session.ask(_NEW_TABLE)
        for grantee in session.ask(_GRANTEES):
            session.ask(f"REVOKE ALL ON TABLE {TABLE} FROM {grantee} CASCADE")
    return True


def _answer(session: Session) -> Answer:
    return Answer(session.ask(WHOLE)[0])


def _literal(stamp: Stamp) -> str:
    """The stamp as a literal that means the same whatever standard_conforming_strings says."""
    escaped = stamp.to_text().replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"
