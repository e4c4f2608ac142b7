"""A settings object shows no sensitive value, however it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, Field, PostgresDsn, SecretBytes, SecretStr, computed_field

from firedoor import Settings
from firedoor.secret import MASK

if TYPE_CHECKING:
    from support.place import Place


class Part(BaseModel):
    host: str
    password: str = ""


class Shop(Settings, env_nested_delimiter="__"):
    name: str = "corner"
    database_url: str
    token: SecretStr = SecretStr("")
    raw: SecretBytes = SecretBytes(b"")
    db: Part = Part(host="h")
    hosts: list[str] = Field(default_factory=list)
    broker: PostgresDsn | None = None
    plain: str = ""
    hidden: str = Field("", repr=False)
    api_key: str = ""
    composed: str = ""
    codes: list[str] = Field(default_factory=list)
    table: dict[str, str] = Field(default_factory=dict)

    @computed_field  # type: ignore[prop-decorator]  # pydantic and mypy do not agree on it
    @property
    def dsn(self) -> str:
        return f"dsn of {self.database_url}"


DECLARED = """\
[variables.DATABASE_URL]
resource = "database"
[variables.DB__PASSWORD]
secret = true
[variables.CODES]
secret = true
[variables.TABLE]
secret = true
"""


@pytest.fixture
def shop(place: Place) -> Shop:
    place.declare(DECLARED).file(
        "DATABASE_URL=postgres://u:hunter2@h/db\nTOKEN=tok3n\nRAW=r4w\nDB__HOST=dbhost\nDB__PASSWORD=dbpass\n"
        'HOSTS=["a"]\nBROKER=postgres://u:br0ker@h/db\nPLAIN=pla1n\nHIDDEN=hidd3n\nAPI_KEY=k3y\n'
        'COMPOSED="over ${DB__PASSWORD}"\nCODES=["c0de"]\nTABLE={"x": "t4ble"}\n'
    )
    return Shop()


SECRETS = ("hunter2", "tok3n", "r4w", "dbpass", "br0ker", "hidd3n", "k3y", "c0de", "t4ble")


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, "{!r}".format, lambda shop: str(list(shop.__rich_repr__()))]
)
def test_sensitive_values_are_masked(show: Any, shop: Shop) -> None:
    shown = show(shop)
    assert [secret for secret in SECRETS if secret in shown] == []
    for plain in ("corner", "dbhost", "['a']", "pla1n"):
        assert plain in shown


def test_the_values_themselves_are_whole(shop: Shop) -> None:
    assert shop.database_url == "postgres://u:hunter2@h/db"
    assert shop.model_dump()["db"] == {"host": "dbhost", "password": "dbpass"}
    assert shop.token.get_secret_value() == "tok3n"


def test_what_is_made_of_a_sensitive_value_is_masked(shop: Shop) -> None:
    assert f"dsn={MASK}" in repr(shop)
    assert f"composed={MASK}" in repr(shop)


def test_the_sensitive_part_alone_is_masked(shop: Shop) -> None:
    assert f"db=Part(host='dbhost', password={MASK})" in repr(shop)


def test_a_sensitive_default_is_masked(place: Place) -> None:
    class Defaulted(Settings):
        database_url: str = "postgres://u:hunter2@h/db"
        other: str | None = None

    place.declare('[variables.DATABASE_URL]\nresource = "database"\n[variables.OTHER]\nsecret = true\n')
    assert repr(Defaulted()) == f"Defaulted(database_url={MASK}, other=None)"


def test_a_sensitive_argument_is_masked(place: Place) -> None:
    class Given(Settings):
        database_url: str

    place.declare('[variables.DATABASE_URL]\nresource = "database"\n')
    assert repr(Given(database_url="sqlite:///x")) == f"Given(database_url={MASK})"


def test_a_short_secret_does_not_hide_half_of_the_rest(place: Place) -> None:
    class Short(Settings):
        pin: str
        port: int
        same: int
        flag: bool = True
        nothing: str = ""

    place.declare(
        "[variables.PIN]\nsecret = true\n[variables.FLAG]\nsecret = true\n[variables.NOTHING]\nsecret = true\n"
    )
    place.file("PIN=80\nPORT=8080\nSAME=80\n")
    assert repr(Short()) == f"Short(pin={MASK}, port=8080, same={MASK}, flag={MASK}, nothing={MASK})"


def test_a_nested_model_without_secrets_is_shown_as_ever(place: Place) -> None:
    class Whole(Settings):
        part: Part = Part(host="h")

    assert repr(Whole()) == "Whole(part=Part(host='h', password=''))"


def test_an_undeclared_provider_key_is_masked(place: Place) -> None:
    class Keyed(Settings):
        whatever: str

    key = "AKIA" + "Q3XW7ZLPTN5RBV2M"
    place.file(f"WHATEVER={key}\n", ".env.production").export({"APP_ENV": "production"})
    assert key not in repr(Keyed())
