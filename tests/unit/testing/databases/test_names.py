"""Names of test databases."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firedoor.testing.databases.names import LONGEST, TEMPLATE, Names, digest, number

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
