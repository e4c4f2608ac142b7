"""The page of a code, whole."""

from __future__ import annotations

import pytest

from firedoor import catalogue
from firedoor.catalogue.entries import Entry
from firedoor.catalogue.pages import page_of

FD306 = """\
# FD306 shell-overrides-file

Severity: error.

The shell sets a resource or secret differently from the environment's own file.

## Why

A terminal that still held production's address is how test suites emptied production's database.

It happened:

- Travis CI, 2018: a stale terminal still exported production's DATABASE_URL; the test suite
  truncated it. <https://www.traviscistatus.com/incidents/z2b3lz2kwcfp>
- DigitalOcean, 2017: tests ran with production's credentials and deleted the primary database.
  <https://www.digitalocean.com/company/blog/update-on-the-april-5th-2017-outage>
- lobu-ai/lobu#989: integration tests with production's DATABASE_URL ran DROP SCHEMA.
  <https://github.com/lobu-ai/lobu/issues/989>

## Example

`firedoor.toml`:

```toml
[environments.testing]

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
```

`.env.testing`:

```dotenv
DATABASE_URL=sqlite:///test.db
```

```text
$ DATABASE_URL=sqlite:///prod.db firedoor check testing
```

firedoor says (error at process variable DATABASE_URL):

> The shell exports a DATABASE_URL that differs from the one in .env.testing:1:1.
>
> do: Run `unset DATABASE_URL` and start again (PowerShell: `Remove-Item Env:DATABASE_URL`).

## On purpose

If the shell may set it here on purpose, declare it: `overridable = ["testing"]` in the table of the
variable, with the names of the environments.
"""


def test_page_whole() -> None:
    assert catalogue.page("FD306") == FD306


def test_page_without_example_says_what_to_do_in_general() -> None:
    entry = Entry(
        "FD998", "test", summary="A rule.", what="X.", why="Because.", do="Do {this:that}.", more="Ask."
    )
    assert page_of(entry) == (
        "# FD998 test\n\nSeverity: error.\n\nA rule.\n\n## Why\n\nBecause.\n\n"
        "## What to do\n\nDo that.\n\n## More\n\nAsk.\n"
    )


def test_page_of_what_cannot_be_shown_with_a_shell_has_no_commands() -> None:
    page = catalogue.page("FD104")
    assert "```text" not in page
    assert "firedoor says (error at process variable APP_ENV):" in page


@pytest.mark.parametrize("code", catalogue.CODES)
def test_every_page_is_printable_and_not_too_wide(code: str) -> None:
    page = catalogue.page(code)
    assert page.startswith(f"# {code} {catalogue.entry(code).name}\n")
    assert page.replace("\n", "").isprintable()
    assert page.endswith("\n")
    assert page.count("```") % 2 == 0
    wide = [line for line in page.splitlines() if len(line) > 100 and not line.startswith(("$ ", "# "))]
    assert all("`" in line or "<https" in line for line in wide)
