"""Variables that client libraries obey before, or instead of, the address an application gives them.

One table for everything that has to know them: what an environment's own ones make of an address (``LEADING``), what
``run`` does not pass on (``HELD_BACK``, and outside protected environments ``PLATFORM``), and what ``load`` refuses.
"""

# ruff: noqa: SIM905 - names read best as one text

# Those that change where an address leads, by the kind of resource that obeys them.
POSTGRESQL = "PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGSERVICE PGSERVICEFILE PGSYSCONFDIR".split()
MYSQL = "MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT MYSQL_HOME".split()
# Any client of the system's resolver: they turn one host name into another.
RESOLVER = "HOSTALIASES LOCALDOMAIN".split()
S3 = "AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL AWS_IGNORE_CONFIGURED_ENDPOINT_URLS".split()
CLOUD = "STORAGE_EMULATOR_HOST AZURE_STORAGE_CONNECTION_STRING AZURE_STORAGE_ACCOUNT".split()

# Those that change as whom one connects, or how.
_CREDENTIALS = (
    "PGPASSWORD PGPASSFILE PGOPTIONS PGSSLMODE PGREQUIRESSL PGSSLCERT PGSSLKEY PGSSLROOTCERT PGSSLCRL PGSSLCRLDIR "
    "PGSSLSNI PGSSLNEGOTIATION PGREQUIREPEER PGKRBSRVNAME PGGSSLIB PGGSSENCMODE PGGSSDELEGATION PGCHANNELBINDING "
    "PGREQUIREAUTH PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS PGSSLCERTMODE PGSSLCOMPRESSION MYSQL_PWD "
    "MYSQL_TEST_LOGIN_FILE REDISCLI_AUTH".split()
)

LEADING = frozenset([*POSTGRESQL, *MYSQL, *RESOLVER, *S3, *CLOUD])
HELD_BACK = frozenset([*POSTGRESQL, *MYSQL, *RESOLVER, *_CREDENTIALS])
# A platform gives a protected environment its own endpoints this way; elsewhere they are the person's.
PLATFORM = frozenset([*S3, *CLOUD])
