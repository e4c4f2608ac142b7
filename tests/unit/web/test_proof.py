"""A signature holds for its key, its service and a minute; every other one is told by why it does not."""

from __future__ import annotations

import base64
import hmac

import pytest
from pydantic import SecretStr

from firedoor import UsageError
from firedoor.web.given import Given
from firedoor.web.marks import Mark, Said, said
from firedoor.web.proof import ELSEWHERE, TOO_OLD, UNSIGNED, WRONG, Proof, made
from support.frames import shown

KEY, OTHER = b"k" * 16, b"o" * 16
MARK = Mark("shop", "staging")
NOW = 1_764_250_000


def proof(*keys: object, service: str = "billing", now: float = NOW) -> Proof:
    found = made(keys, service, clock=lambda: now)
    assert isinstance(found, Proof)
    return found


def heard(text: str) -> Said:
    (found,) = said([text])
    assert found is not None
    return found


def test_what_is_signed_is_believed_by_who_has_the_key() -> None:
    signed = proof(KEY).sign(MARK)
    assert signed.startswith(f"shop/staging;at={NOW};to=billing;mac=")
    for keys in ((KEY,), (OTHER, KEY), (KEY.decode(),), (SecretStr(KEY.decode()),)):
        assert proof(*keys).flaw(heard(signed)) == ""
    one = made(KEY, "billing", clock=lambda: NOW)
    assert isinstance(one, Proof)
    assert one.sign(MARK) == signed


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        (("shop/staging", "shop/production"), WRONG),
        ((f"at={NOW}", f"at={NOW + 1}"), WRONG),
        (("to=billing", "to=search"), WRONG),
        (("mac=", "mac=A"), WRONG),
        (("mac=", "mac=ö"), WRONG),
        ((f"at={NOW}", "at=never"), WRONG),
        ((f";at={NOW}", ""), UNSIGNED),
        (("mac=", "x=1;mac="), UNSIGNED),
    ],
)
def test_what_was_changed_is_not_believed(change: tuple[str, str], flaw: str) -> None:
    assert proof(KEY).flaw(heard(proof(KEY).sign(MARK).replace(*change))) == flaw


@pytest.mark.parametrize(
    ("checker", "flaw"),
    [
        (proof(OTHER), WRONG),
        (proof(KEY, service="search"), ELSEWHERE),
        (proof(KEY, now=NOW + 60), ""),
        (proof(KEY, now=NOW + 61), TOO_OLD),
        (proof(KEY, now=NOW - 60), ""),
        (proof(KEY, now=NOW - 61), TOO_OLD),
    ],
)
def test_for_whom_and_how_long_it_holds(checker: Proof, flaw: str) -> None:
    assert checker.flaw(heard(proof(KEY).sign(MARK))) == flaw


def test_a_signature_is_what_the_page_says() -> None:
    text = f"shop/staging;at={NOW};to=a%2Fb"
    digest = hmac.digest(KEY, b"firedoor handshake 1\n" + text.encode(), "sha256")
    mac = base64.urlsafe_b64encode(digest).decode().replace("=", "")
    assert proof(KEY, service="a/b").sign(MARK) == f"{text};mac={mac}"


def test_several_keys_may_be_listed() -> None:
    for keys in ([KEY, OTHER], (KEY, OTHER)):
        found = Given(key=keys, service="billing").proof()
        assert repr(found) == "Proof(2 keys)"
    with pytest.raises(UsageError, match="at least 16 bytes"):
        Given(key=[KEY, b"short"]).proof()


def test_an_unsigned_mark_proves_nothing() -> None:
    assert proof(KEY).flaw(heard("shop/staging")) == UNSIGNED


@pytest.mark.parametrize("key", ["", "short", b"fifteen bytes..", SecretStr("x"), ()])
def test_short_keys_are_refused(key: object) -> None:
    with pytest.raises(UsageError, match="at least 16 bytes") as refused:
        Given(key=key).proof()
    assert "fifteen" not in shown(refused.value)


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(UsageError, match="a text, bytes or a secret"):
        Given(key=17).proof()
    assert repr(Given(key=KEY)) == "Given(...)"
    assert Given().proof() is None
    assert repr(proof(KEY, OTHER)) == "Proof(2 keys)"
