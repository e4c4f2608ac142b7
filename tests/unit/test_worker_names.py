"""Names of test databases."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.worker_names import LONGEST, TEMPLATE, Names, digest, leads_to_worker, number

TEXTS = st.text(max_size=90)
WORKERS = st.sampled_from(["main", "gw0", "gw1", "gw17", "gw9999"])


def names(run: str = "run", *, checkout: str = "/home/shop", worker: str = "gw0") -> Names:
    return Names(checkout, run, worker)


def test_a_name_says_base_checkout_run_and_worker() -> None:
    name = names().own("shop_test")
    assert name == f"shop_test_fd{digest('/home/shop')}_{digest('run')}_gw0"
    assert names().template("shop_test") == name.removesuffix("gw0") + TEMPLATE
    assert name.startswith(names().of_run("shop_test"))
    assert name.startswith(names().of_checkout("shop_test"))


@given(TEXTS, WORKERS)
def test_a_name_fits_into_every_server(base: str, worker: str) -> None:
    assert len(names(worker=worker).own(base).encode()) <= LONGEST


@given(TEXTS, TEXTS, TEXTS, WORKERS, WORKERS)
def test_names_of_two_checkouts_runs_or_workers_never_meet(
    base: str, one: str, other: str, worker: str, colleague: str
) -> None:
    mine = names(one, worker=worker).own(base)
    assert (mine == names(other, worker=worker).own(base)) == (digest(one) == digest(other))
    assert (mine == names(one, worker=colleague).own(base)) == (worker == colleague)
    elsewhere = Names(other, one, worker).own(base)
    assert (mine == elsewhere) == (digest(other) == digest("/home/shop"))


@given(TEXTS, TEXTS, WORKERS)
def test_the_run_is_read_back_from_its_own_names_alone(base: str, run: str, worker: str) -> None:
    own = names(run, worker=worker)
    assert own.run_of(base, own.own(base)) == digest(run)
    assert own.run_of(base, own.template(base)) == digest(run)
    assert own.run_of(base, base) == ""
    assert own.run_of(base, own.of_run(base)) == ""
    assert own.run_of(base, Names("/elsewhere", run, worker).own(base)) == ""
    assert own.run_of(base, f"{own.of_checkout(base)}short_gw0") == ""


def test_a_number_fits_a_lock_of_the_server() -> None:
    assert 0 <= number("anything") < 2**63
    assert number("a") != number("b")


OWN = "postgresql+asyncpg://u:p@h:5432/shop_test?ssl=require"
CACHE = "redis://u:p@h:6379/0?protocol=3"
SOCKET = "unix://u:p@/run/r.sock?db=0&protocol=3"


def worker(checkout: str = "/home/shop") -> Names:
    return Names(checkout, "run", "gw0")


@pytest.mark.parametrize(
    ("own", "text"),
    [
        (OWN, OWN.replace("shop_test", worker().own("shop_test"))),
        (OWN, OWN.replace("shop_test", worker().template("shop_test"))),  # while it is migrated
        ("mysql://u@h/shop", f"mysql://u@h/{worker().own('shop')}"),
        ("postgresql://h/a%22b", f"postgresql://h/{quote(worker().own('a' + chr(34) + 'b'))}"),
        ("sqlite:///shop.db", f"sqlite:////tmp/x/{worker().file()}"),
        ("sqlite+aiosqlite:///:memory:", f"sqlite+aiosqlite:////tmp/x/{worker().file()}"),
        (CACHE, f"redis://u:p@h:6379/7?protocol=3#{worker().tag()}"),
        ("redis://u:p@h:6379", f"redis://u:p@h:6379/7#{worker().tag()}"),
        (SOCKET, f"unix://u:p@/run/r.sock?protocol=3&db=7#{worker().tag()}"),
    ],
)
def test_a_worker_s_address_is_the_environment_s_own_with_a_worker_s_name(own: str, text: str) -> None:
    assert leads_to_worker(text, own, "/home/shop")
    assert not leads_to_worker(text, own, "/home/another")


@pytest.mark.parametrize(
    ("own", "text"),
    [
        (OWN, OWN),
        (OWN, OWN.replace("shop_test", "shop_production")),
        (OWN, OWN.replace("shop_test", worker().own("shop"))),  # beside another database
        (OWN, OWN.replace("shop_test", worker("/home/another").own("shop_test"))),
        (OWN, OWN.replace("shop_test", worker().own("shop_test")).replace("@h", "@db.example.org")),
        (OWN, OWN.replace("shop_test", worker().own("shop_test")).replace("u:p", "admin:p")),
        (
            OWN,
            OWN.replace("shop_test", worker().own("shop_test")).replace("ssl=require", "host=db.example.org"),
        ),
        (OWN, OWN.replace("shop_test", worker().own("shop_test")).replace("+asyncpg", "")),
        ("sqlite:///shop.db", "sqlite:////srv/production.db"),
        ("sqlite:///shop.db", f"sqlite:////srv/{worker().own('sqlite')}"),
        (CACHE, "redis://u:p@h:6379/7?protocol=3"),
        (CACHE, "redis://u:p@h:6379/7?protocol=3#7"),
        (CACHE, f"redis://u:p@db.example.org:6379/7?protocol=3#{worker().tag()}"),
        (CACHE, f"redis://u:p@h:6379/7?protocol=2#{worker().tag()}"),
        (SOCKET, f"unix://u:p@/run/production.sock?protocol=3&db=7#{worker().tag()}"),
        (OWN, "postgresql://[h/x"),
        ("[", "postgresql://[h/x"),
    ],
)
def test_any_other_address_is_none(own: str, text: str) -> None:
    assert not leads_to_worker(text, own, "/home/shop")


@given(TEXTS, TEXTS)
def test_no_address_without_a_worker_s_name_is_taken_for_one(text: str, own: str) -> None:
    assert not leads_to_worker(text, own, "/home/shop") or "_fd" in text
