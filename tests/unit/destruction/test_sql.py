"""Statements that destroy, each with what is found of it, beside their harmless twins, by dialect."""

from __future__ import annotations

import logging

import pytest

from firedoor.destruction import Finding, sql, statements

BOUND = "DELETE FROM a WHERE id = "
DELETE = Finding("DELETE without a condition", "delete")
UPDATE = Finding("UPDATE without a condition", "update")
TABLE = Finding("DROP TABLE", "drop-table")
COLUMN = Finding("ALTER TABLE ... DROP COLUMN", "drop-column")
TRUNCATE = Finding("TRUNCATE", "truncate")
UNREADABLE = Finding("a statement that cannot be read", "unreadable")


def unreadable(act: str) -> Finding:
    return Finding(act, "unreadable")


DESTRUCTIVE: dict[str, list[tuple[str, tuple[Finding, ...]]]] = {
    "postgres": [
        ("DROP TABLE a", (TABLE,)),
        ("DROP TABLE IF EXISTS a, b CASCADE", (TABLE,)),
        ("DROP TABLE shop.public.a", (Finding("DROP TABLE", "drop-table", ("shop",)),)),
        ("DROP SCHEMA s CASCADE", (Finding("DROP SCHEMA", "drop-database"),)),
        ("DROP DATABASE Shop", (Finding("DROP DATABASE", "drop-database", ("shop",)),)),
        (
            'DROP DATABASE IF EXISTS "Shop" WITH (FORCE)',
            (Finding("DROP DATABASE", "drop-database", ("Shop",)),),
        ),
        ("DROP DATABASE", (Finding("DROP DATABASE", "drop-database"),)),
        ("DROP OWNED BY me", (Finding("DROP OWNED", "drop-database"),)),
        ("DROP SEQUENCE s", (Finding("DROP SEQUENCE", "drop-table"),)),
        ("DROP TYPE t CASCADE", (Finding("DROP TYPE CASCADE", "drop-table"),)),
        ("DROP EXTENSION postgis CASCADE", (Finding("DROP EXTENSION CASCADE", "drop-table"),)),
        ("TRUNCATE a, b", (TRUNCATE,)),
        ("TRUNCATE TABLE ONLY a RESTART IDENTITY CASCADE", (TRUNCATE,)),
        ("DELETE FROM a", (DELETE,)),
        ("DELETE FROM ONLY a USING b", (DELETE,)),
        ("DELETE FROM a WHERE true", (DELETE,)),
        ("DELETE FROM a WHERE %s", (DELETE,)),
        ("DELETE FROM a WHERE now() > '2026-01-01'", (DELETE,)),
        ("DELETE FROM a WHERE EXISTS (SELECT 1)", (DELETE,)),
        ("UPDATE a SET x = 1", (UPDATE,)),
        ("UPDATE a SET x = 1 FROM b", (UPDATE,)),
        ("WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", (DELETE,)),
        ("INSERT INTO b WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", (DELETE,)),
        ("CREATE TABLE x AS WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d", (DELETE,)),
        ("EXPLAIN ANALYZE DELETE FROM a", (DELETE,)),
        ("EXPLAIN (ANALYSE, BUFFERS) DELETE FROM a", (DELETE,)),
        ("PREPARE p (int) AS DELETE FROM a", (DELETE,)),
        ("DECLARE c CURSOR FOR WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", (DELETE,)),
        ("SELECT 1; ; DROP TABLE a; TRUNCATE b", (TABLE, TRUNCATE)),
        ("/* x */ DROP -- y\n TABLE /* /* z */ */ a", (TABLE,)),
        ("SELECT 'a\\'; DROP TABLE a; --'", (TABLE,)),
        ("ALTER TABLE a DROP COLUMN x, ADD COLUMN y int", (COLUMN,)),
        ("ALTER TABLE a DROP x", (COLUMN,)),
        (
            "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
            (Finding("MERGE that may DELETE all", "delete"),),
        ),
        (
            "MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
            (Finding("MERGE that may DELETE all", "delete"),),
        ),
        (
            "MERGE INTO a USING b ON 1 = 1 WHEN MATCHED THEN UPDATE SET x = 1",
            (Finding("MERGE that may UPDATE all", "update"),),
        ),
        ("COPY a TO PROGRAM 'rm'", (Finding("COPY with PROGRAM", "program"),)),
        ("COPY a FROM PROGRAM 'x'", (Finding("COPY with PROGRAM", "program"),)),
        ("COPY (DELETE FROM a RETURNING *) TO STDOUT", (UNREADABLE,)),
        ("DO $$ BEGIN DELETE FROM a; END $$", (unreadable("a DO block"),)),
        ("DO LANGUAGE plpgsql 'BEGIN DROP TABLE a; END'", (unreadable("a DO block"),)),
        ("DO $x$ BEGIN EXECUTE 'dr' || 'op'; END $x$", (unreadable("a DO block"),)),
        (
            "CREATE FUNCTION f() RETURNS void AS $$ DELETE FROM a $$ LANGUAGE sql",
            (unreadable("CREATE FUNCTION"),),
        ),
        (
            "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM a; END",
            (unreadable("CREATE FUNCTION"),),
        ),
        ("CREATE OR REPLACE PROCEDURE p() LANGUAGE sql AS 'TRUNCATE a'", (unreadable("CREATE PROCEDURE"),)),
        ("CREATE RULE r AS ON INSERT TO t DO INSTEAD DELETE FROM a", (unreadable("CREATE RULE"),)),
        ("SELECT dblink_exec('c', 'DROP TABLE a')", (TABLE,)),
        ("SELECT * FROM dblink('DELETE FROM a RETURNING 1') AS t (x int)", (DELETE,)),
        ("SELECT dblink_exec('c', x) FROM y", (unreadable("a statement sent by dblink_exec"),)),
        ("SELECT query_to_xml('DELETE FROM a RETURNING 1', true, false, '')", (DELETE,)),
        ("SELECT dblink(concat('DROP TABLE a', (x)))", (unreadable("a statement sent by dblink"), TABLE)),
        ("SELECT dblink('DROP TABLE a'", (TABLE,)),
        ("EXPLAIN ANALYZE (WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x)", (UNREADABLE,)),
        ("SELECT drop FROM x", (UNREADABLE,)),
        ("DELETE FROM a WHERE CURRENT OF c", (UNREADABLE,)),
        ("DROP TABLE 'unterminated", (UNREADABLE,)),
        ("DECLARE c CURSOR FOR " * 12 + "DELETE FROM a", (unreadable("a statement within many others"),)),
    ],
    "mysql": [
        ("DROP TABLE s.a", (Finding("DROP TABLE", "drop-table", ("s",)),)),
        ("TRUNCATE a; USE `s`; TRUNCATE a", (TRUNCATE, Finding("TRUNCATE", "truncate", ("s",)))),
        ("DROP DATABASE x", (Finding("DROP DATABASE", "drop-database", ("x",)),)),
        ("DROP SCHEMA x", (Finding("DROP SCHEMA", "drop-database", ("x",)),)),
        ("DELETE a FROM a JOIN b ON a.id = b.id", (DELETE,)),
        ("DELETE FROM a ORDER BY id LIMIT 10", (DELETE,)),
        ("DELETE QUICK FROM a", (DELETE,)),
        ("DELETE FROM `a` WHERE 1", (DELETE,)),
        ("DELETE FROM a WHERE 'x' = 'x'", (DELETE,)),
        ("DELETE LOW_PRIORITY IGNORE FROM a", (UNREADABLE,)),
        ("UPDATE LOW_PRIORITY a SET x = 1", (UPDATE,)),
        ("UPDATE a SET x = %s", (UPDATE,)),
        ("/*!50000 DROP TABLE a */", (TABLE,)),
        ("/*!50000DROP TABLE a*/", (TABLE,)),
        ("/*M!100000 DROP TABLE a", (TABLE,)),
        ("SELECT 1 --1; DROP TABLE a", (TABLE,)),
        ("# c\nDROP TABLE a", (TABLE,)),
        ("/* /* */ DROP TABLE a", (TABLE,)),
        ("PREPARE s FROM 'DROP TABLE a'", (TABLE,)),
        ("PREPARE s FROM @v", (unreadable("a statement made of what is not written there"),)),
        ("EXECUTE IMMEDIATE 'DROP TABLE a'", (TABLE,)),
        (
            "EXECUTE IMMEDIATE CONCAT('DR', 'OP')",
            (unreadable("a statement made of what is not written there"),),
        ),
        ("CREATE PROCEDURE p() BEGIN DELETE FROM a; END", (unreadable("CREATE PROCEDURE"),)),
        ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM a", (unreadable("CREATE EVENT"),)),
        ("ALTER TABLE a DROP PARTITION p", (UNREADABLE,)),
        ("ALTER TABLE a TRUNCATE PARTITION p", (UNREADABLE,)),
        ("ANALYZE FORMAT=JSON DELETE FROM a", (DELETE,)),
        ("BEGIN NOT ATOMIC DELETE FROM a; END", (UNREADABLE,)),
        ("SET STATEMENT max_statement_time=1 FOR DELETE FROM a", (DELETE,)),
        ("CREATE OR REPLACE TABLE a (x int)", (Finding("CREATE OR REPLACE TABLE", "drop-table"),)),
        ("CREATE OR REPLACE DATABASE x", (Finding("CREATE OR REPLACE DATABASE", "drop-database", ("x",)),)),
    ],
    "sqlite": [
        ("DROP TABLE [a b]", (TABLE,)),
        ("DELETE FROM sqlite_master", (DELETE,)),
        ("DELETE FROM a INDEXED BY i", (DELETE,)),
        ('DELETE FROM a WHERE "1"', (DELETE,)),
        ("DELETE FROM a LIMIT 3", (DELETE,)),
        ("UPDATE OR REPLACE a SET x = 1", (UNREADABLE,)),
        ("ALTER TABLE a DROP x", (COLUMN,)),
        ("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END", (unreadable("CREATE TRIGGER"),)),
        ("SELECT 'a\\'; DROP TABLE a", (TABLE,)),
        ("/* /* */ DROP TABLE a", (TABLE,)),
        ("/* unterminated DROP TABLE a", (UNREADABLE,)),
    ],
}
HARMLESS = {
    "postgres": [
        *(
            "DROP INDEX CONCURRENTLY i",
            "DROP VIEW v CASCADE",
            "DROP MATERIALIZED VIEW v",
            "DROP TYPE t",
            "DROP ROLE r",
        ),
        *(
            "DROP TABLE pg_temp.x",
            "DELETE FROM pg_temp.x",
            "TRUNCATE pg_temp.x",
            "UPDATE pg_temp.x SET a = 1",
        ),
        *("DELETE FROM a WHERE id = 1", "DELETE FROM a WHERE id = $1", "DELETE FROM a WHERE id = %s"),
        *("DELETE FROM a WHERE id = %(id)s", "DELETE FROM a WHERE id IN (SELECT id FROM b)"),
        *("DELETE FROM a WHERE false", "DELETE FROM a WHERE 0 = 1", 'DELETE FROM "drop" WHERE "delete" = 1'),
        *("UPDATE a SET x = 1 WHERE active", "UPDATE a SET x = b.x FROM b WHERE b.id = a.id"),
        *(
            "EXPLAIN DELETE FROM a",
            "EXPLAIN (COSTS off) DELETE FROM a",
            "EXPLAIN ANALYZE DELETE FROM a WHERE id = 1",
        ),
        *("PREPARE p AS DELETE FROM a WHERE id = $1", "EXECUTE p(1)"),
        *("DECLARE c CURSOR FOR SELECT * FROM a FOR UPDATE", "SELECT * FROM a FOR UPDATE SKIP LOCKED"),
        *("SELECT updated_at, last_delete FROM dropped", "INSERT INTO log VALUES ('DROP TABLE a')"),
        *("COMMENT ON TABLE a IS 'delete'", "/* DROP TABLE a */ SELECT 1", "SELECT 1 -- DROP TABLE a"),
        *(
            "/* /* */ DROP TABLE a */ SELECT 1",
            "SELECT E'\\'; DROP TABLE a; --'",
            "SELECT $$ DROP TABLE a $$",
        ),
        *(
            "GRANT DELETE ON a TO b",
            "REVOKE UPDATE ON a FROM b",
            "CREATE TABLE x (a int REFERENCES b ON DELETE CASCADE)",
        ),
        "CREATE TRIGGER t BEFORE UPDATE OR DELETE ON a FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 AS dropped $$ LANGUAGE sql",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        *(
            "DO $$ BEGIN PERFORM 1; END $$",
            "VACUUM FULL a",
            "COPY a FROM STDIN WITH (FORMAT csv)",
            "COPY program TO STDOUT",
        ),
        *(
            "ALTER TABLE a DROP CONSTRAINT c",
            "ALTER TABLE a ALTER COLUMN x DROP NOT NULL",
            "ALTER TABLE a DETACH PARTITION b",
        ),
        "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE",
        "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)",
        "MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED BY SOURCE AND a.old THEN DELETE",
        "INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET x = 1",
        *(
            "SELECT dblink_exec('c', 'DELETE FROM a WHERE id = 1')",
            "SELECT dblink_connect(x) FROM replace('a', 'b', 'c') x",
        ),
        *(
            "SELECT dblink FROM a",
            "SELECT replace(x, 'drop', '') FROM a",
            "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z",
        ),
        "SELECT pg_drop_replication_slot('x') FROM unreadable WHERE (",
        "SET statement_timeout = '1s' -- update",
        *(
            'ANALYZE "update"',
            'EXPLAIN "update"',
            'DECLARE "update"',
            'PREPARE "update"',
            "",
            ";",
            "/* update */",
        ),
    ],
    "mysql": [
        *(
            "REPLACE INTO a VALUES (1)",
            "DROP TEMPORARY TABLE a",
            "DROP INDEX i ON a",
            "DROP USER x",
            "DROP PROCEDURE p",
        ),
        *("DELETE FROM a WHERE id = %s", "UPDATE a SET x = %s WHERE id = %s AND y = %(n)s"),
        *(
            "DELETE FROM a WHERE id %% 2 = 0",
            "DELETE FROM a WHERE id % 2 = 0",
            "DELETE a FROM a JOIN b ON a.id = b.id WHERE b.x = 1",
        ),
        *("ALTER TABLE a DROP INDEX i", "ALTER TABLE a DROP PRIMARY KEY", "ALTER TABLE a DROP FOREIGN KEY k"),
        *(
            "PREPARE s FROM 'DELETE FROM a WHERE id = ?'",
            "EXECUTE s",
            "EXECUTE IMMEDIATE 'SELECT 1'",
            "DEALLOCATE PREPARE s",
            "PREPARE s /* update */",
        ),
        *(
            "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE x = 1",
            "EXPLAIN DELETE FROM a",
            "DESCRIBE `update`",
        ),
        *(
            "SELECT * FROM a FOR UPDATE",
            "SET @a = 'drop table x'",
            "/*!40000 ALTER TABLE `drop` ENABLE KEYS */",
        ),
        *("CREATE OR REPLACE TEMPORARY TABLE a (x int)", "DO SLEEP(1) /* update */", "SELECT '/*! drop */'"),
        "CREATE TRIGGER t BEFORE DELETE ON a FOR EACH ROW SET @x = 1",
    ],
    "sqlite": [
        *(
            "REPLACE INTO a VALUES (1)",
            "INSERT OR REPLACE INTO a VALUES (1)",
            "DROP INDEX i",
            "DROP TABLE temp.a",
            "DROP VIEW v",
        ),
        *(
            "DELETE FROM a WHERE id = ?1",
            "DELETE FROM a WHERE id = ? AND b = 1",
            "DELETE FROM a WHERE id = :id",
        ),
        *(
            "DELETE FROM a WHERE id = @id",
            "DELETE FROM a WHERE id = $id",
            "DELETE FROM a WHERE 0 = 1",
            "VACUUM INTO 'update'",
        ),
        *(
            "EXPLAIN QUERY PLAN DELETE FROM a",
            'ALTER TABLE a RENAME TO "drop"',
            'UPDATE a SET x = 1 WHERE "x" = 2',
        ),
        "CREATE TRIGGER t AFTER DELETE ON a BEGIN INSERT INTO log VALUES (1); END",
    ],
}


@pytest.mark.parametrize(
    ("dialect", "text", "found"),
    [(dialect, text, found) for dialect, cases in DESTRUCTIVE.items() for text, found in cases],
)
def test_destructive(dialect: str, text: str, found: tuple[Finding, ...]) -> None:
    assert sql.findings(text, dialect) == found


@pytest.mark.parametrize(
    ("dialect", "text"), [(dialect, text) for dialect, cases in HARMLESS.items() for text in cases]
)
def test_harmless(dialect: str, text: str) -> None:
    assert sql.findings(text, dialect) == ()


def test_what_was_read_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    reader = statements.findings

    def noted(text: str, dialect: str, depth: int = 0) -> object:
        read.append(text)
        return reader(text, dialect, depth)

    monkeypatch.setattr(sql, "_known", {})
    monkeypatch.setattr(sql, "_MOST_KNOWN", 2)
    monkeypatch.setattr(sql, "_LONGEST_KNOWN", 40)
    monkeypatch.setattr(statements, "findings", noted)
    once, other, third = (f"{BOUND}{number}" for number in range(3))
    for text in (once, once, other, once):
        sql.findings(text, "postgres")
    assert read == [once, other]
    sql.findings(once, "mysql")
    assert read == [once, other, once], "another dialect reads it in another way, and there was no more room"
    assert list(sql._known) == [("mysql", once)]
    long = f"{BOUND}{'1' * 40}"
    for text in (long, long):
        sql.findings(text, "postgres")
    assert read[3:] == [long, long], "long texts are not kept"
    assert sql.findings(third, "postgres") == ()


def test_the_parser_says_nothing_of_what_it_reads(caplog: pytest.LogCaptureFixture) -> None:
    text = "REPLACE INTO a VALUES ('update this secret') -- update"
    with caplog.at_level(logging.DEBUG):
        assert sql._judged(text, "mysql") == ()
        assert caplog.text == ""
        list(statements.findings(text, "mysql"))  # the control: it would
    assert "secret" in caplog.text


def test_whatever_the_parser_stumbles_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise RecursionError

    monkeypatch.setattr(statements, "findings", broken)
    assert sql._judged("DELETE FROM a WHERE id = 1", "postgres") == (UNREADABLE,)
    assert not sql._here.reading
