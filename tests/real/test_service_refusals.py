"""What ``firedoor service start`` refuses by what the engine alone knows, and names that an engine has to take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.containers import ONE, secret_of
from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.containers import Shop
    from support.project import Result

pytestmark = pytest.mark.real


def codes(result: Result) -> list[str]:
    assert not any(secret_of(name) in result.everything for name in ("development", "testing", "production"))
    return re.findall(r"^  error +(FD\d{3})", result.stderr, re.MULTILINE)


@pytest.fixture
def reloading(shop: Shop) -> Iterator[str]:
    """An image whose own command reloads, as one that was built for development."""
    name = f"{shop.name}:1.0"
    made = shop.engine.docker("create", shop.engine.image).stdout.strip()
    change = (
        "--change",
        'ENTRYPOINT ["sh", "-c"]',
        "--change",
        'CMD ["sleep infinity # uvicorn app:app --reload"]',
    )
    try:
        shop.engine.docker("commit", *change, "--change", "ENV FLASK_DEBUG=1", made, name)
        yield name
    finally:
        shop.engine.docker("rm", "-f", made, check=False)
        shop.engine.docker("rmi", "-f", name, check=False)


@pytest.mark.requirement("B3")
def test_a_protected_environment_does_not_start_what_an_image_would_do(shop: Shop, reloading: str) -> None:
    image = shop.engine.image
    shop.build(ONE.replace(image, reloading))
    assert sorted(codes(shop.service("start", "-e", "prod", code=1))) == ["FD801", "FD802"]
    assert not shop.containers()
    shop.start("development")
    shop.service("stop", code=0)
    sound = "    command: ['sleep infinity']\n    environment: {FLASK_DEBUG: '0'}\n"
    shop.build(ONE.replace(image, reloading) + sound)
    shop.start("production")
    assert shop.running("production") == {"api"}


@pytest.mark.requirement("B3")
def test_source_does_not_come_in_by_a_volume(shop: Shop) -> None:
    shop.folder.write("src/main.txt", "code")
    source = shop.folder.root / "src"
    volume = f"volumes:\n  src:\n    driver_opts: {{type: none, o: bind, device: '{source}'}}\n"
    shop.build(f"{ONE}    volumes: [src:/src:ro]\n{volume}")
    assert sorted(codes(shop.service("start", "-e", "prod", code=1))) == ["FD711", "FD731"]
    assert not shop.volumes()


def test_ports_of_containers_by_address_and_protocol(shop: Shop) -> None:
    number = free_port()
    other = f"{shop.name}-other"
    publish = ("-p", f"127.0.0.1:{number}:{number}/udp", "-p", f"127.0.0.2:{number}:80/tcp")
    shop.engine.docker("run", "-d", "--name", other, *publish, shop.engine.image)
    try:
        for ports, taken in (
            (f"127.0.0.1:{number}:80/udp", True),
            (f"{number}:80/tcp", True),
            (f"127.0.0.2:{number}-{number + 3}:80/tcp", False),
            (f"127.0.0.1:{number}:80/tcp", False),
        ):
            shop.build(f"{ONE}    ports: ['{ports}']\n")
            result = shop.service("start", "-e", "dev", code=1 if taken else 0)
            assert codes(result) == (["FD715"] if taken else []), ports
    finally:
        shop.engine.docker("rm", "-f", other, check=False)


@pytest.mark.requirement("B2")
def test_a_variable_that_the_engine_reads_otherwise_is_proven_to_differ(shop: Shop) -> None:
    """A name with an equals sign is one that the engine cuts elsewhere: only a look into the container tells."""
    shop.build(f"{ONE}    environment:\n      'ODD=NAME': x\n")
    result = shop.service("start", "-e", "dev", code=1)
    assert codes(result) == ["FD716"]
    assert "ODD=NAME" in result.stderr


@pytest.mark.parametrize(
    ("project", "environment", "service", "compose_project"),
    [
        ("Shop.EU", "eu.prod", "api.v2", "shop-eu-eu-prod"),
        ("Größe 1", "Prod_2", "API-x_1", "gr--e-1-prod_2"),
    ],
)
def test_names_that_people_choose(
    shop: Shop, project: str, environment: str, service: str, compose_project: str
) -> None:
    shop.folder.write(
        "firedoor.toml",
        f"[project]\nname = '{shop.name} {project}'\n[environments.'{environment}']\n[variables.LOG_LEVEL]\n",
    )
    shop.folder.write(
        "compose.yaml",
        f"services:\n  {service}:\n    image: {shop.engine.image}\n    environment: [LOG_LEVEL]\n",
    )
    shop.folder.write(f".env.{environment}", "LOG_LEVEL=caf\u00e9 \u2192\n", mode=0o600)
    result = shop.service("start", "-e", environment, code=0)
    name = f"{shop.name}-{compose_project}"
    assert f"{name}: 1 container of {environment}" in result.stdout
    assert list(shop.containers()) == [f"{name}-{service}-1"]
    told = shop.status("-e", environment)
    assert (told["drift"], told["environments"][0]["environment"]) == (False, environment)
    assert shop.service("exec", service, "printenv", "APP_ENV", "LOG_LEVEL", code=0).stdout.startswith(
        environment
    )
    shop.service("stop", code=0)
    assert not shop.containers()
