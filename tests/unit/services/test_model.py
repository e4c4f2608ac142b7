"""What Compose made of its files: services as they are read here, and digests that no secret is in."""

from __future__ import annotations

import copy
import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from firedoor.secret import MASK
from firedoor.services import labels, model
from firedoor.services.model import Model, Port, Service

if TYPE_CHECKING:
    from pathlib import Path


class Hiding:
    """As display's redaction: takes these texts out."""

    def __init__(self, *texts: str) -> None:
        self.texts = sorted(texts, key=len, reverse=True)

    def clean(self, text: str) -> str:
        for one in self.texts:
            text = text.replace(one, MASK)
        return text


NOTHING: Any = Hiding()


@pytest.mark.parametrize(
    ("told", "target", "published", "choices"),
    [
        ({"target": 80, "published": "8000"}, 80, 8000, [8000]),
        ({"target": 80, "published": 8000}, 80, 8000, [8000]),
        ({"target": 80}, 80, 0, []),
        ({"target": 80, "published": ""}, 80, 0, []),
        ({"target": 80, "published": "0"}, 80, 0, []),
        ({"target": 80, "published": "8000-8002"}, 80, 0, [8000, 8001, 8002]),
        ({"target": 80, "published": "8000-8000"}, 80, 8000, [8000]),
        ({"target": 80, "published": "8002-8000"}, 80, 0, []),
        ({"target": "80", "published": "nonsense"}, 80, 0, []),
        ({"target": 80, "published": "\u0661"}, 80, 0, []),
        ({}, 0, 0, []),
    ],
)
def test_ports(told: dict[str, Any], target: int, published: int, choices: list[int]) -> None:
    port = Port(told)
    assert (port.target, port.published, list(port.choices)) == (target, published, choices)
    assert (port.host, port.protocol) == ("", "tcp")


def test_a_port_of_one_address() -> None:
    port = Port({"target": 53, "published": "53", "host_ip": "::1", "protocol": "udp"})
    assert (port.host, port.protocol) == ("::1", "udp")


def test_a_service_that_says_everything() -> None:
    one = Service(
        "api",
        {
            "image": "shop/api:1.4",
            "environment": {"A": "1", "DOLLAR": "a$$b", "NONE": None, "NUMBER": 3},
            "ports": [{"target": 80, "published": "8000"}, {"target": 81}],
            "volumes": [{"type": "volume", "source": "data", "target": "/data"}],
            "entrypoint": ["sh", "-c"],
            "command": ["echo $$HOME"],
            "healthcheck": {"test": ["CMD", "true"]},
            "scale": 3,
        },
    )
    assert one.variables == {"A": "1", "DOLLAR": "a$b", "NONE": None, "NUMBER": "3"}
    assert (one.image, one.number) == ("shop/api:1.4", 3)
    assert (one.entrypoint, one.command) == (["sh", "-c"], ["echo $HOME"])
    assert [port.target for port in one.ports] == [80, 81]
    assert one.mounts[0]["source"] == "data"


@pytest.mark.parametrize("data", [{}, {"environment": None, "ports": None, "volumes": None, "deploy": None}])
def test_a_service_that_says_nothing(data: dict[str, Any]) -> None:
    one = Service("api", data)
    assert (one.variables, one.image, one.ports, one.mounts) == ({}, "", [], [])
    assert (one.entrypoint, one.command, one.number) == (None, None, 1)


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ({"scale": 0}, 0),
        ({"scale": None}, 1),
        ({"deploy": {"replicas": 2}}, 2),
        ({"deploy": {"replicas": None}}, 1),
        ({"deploy": {}}, 1),
    ],
)
def test_how_many_containers(data: dict[str, Any], number: int) -> None:
    assert Service("api", data).number == number


def test_words_of_a_command() -> None:
    assert Service("api", {"command": "uvicorn"}).command == ["uvicorn"]
    assert Service("api", {"command": []}).command == []


def test_ports_that_the_engine_chooses_are_at_no_place_of_their_own() -> None:
    made = Model(
        {
            "name": "shop-development",
            "services": {
                "api": {"ports": [{"target": 80, "published": "8000"}, {"target": 81}]},
                "db": {"ports": [{"target": 80, "published": "8000-8009"}]},
            },
        }
    )
    assert made.name == "shop-development"
    assert [(service.name, port.published) for service, port in made.ports()] == [("api", 8000)]
    assert list(Model({}).ports()) == []


def test_a_marked_model_is_a_copy_with_selectors_and_labels() -> None:
    data = {
        "services": {"api": {"environment": {"A": "1", "APP_ENV": "x"}, "labels": {"mine": "y"}}, "db": {}}
    }
    before = copy.deepcopy(data)
    marked = Model(data).marked({"APP_ENV": "testing"}, {labels.ENVIRONMENT: "testing"}, NOTHING)
    assert data == before
    api, db = marked.services["api"], marked.services["db"]
    assert api.variables == {"A": "1", "APP_ENV": "testing"}
    assert db.variables == {"APP_ENV": "testing"}
    assert api.data["labels"]["mine"] == "y"
    assert api.data["labels"][labels.ENVIRONMENT] == "testing"
    assert api.data["labels"][labels.VARIABLES] == "A,APP_ENV"
    assert Model({}).marked({}, {}, NOTHING).services == {}


SERVICE: dict[str, Any] = {
    "image": "shop/api:1.4",
    "command": ["serve", "--port", "80"],
    "ports": [{"target": 80}],
    "environment": {"A": "1"},
    "labels": {"a": "b"},
    "profiles": ["dev"],
    "networks": {},
    "volumes": None,
}


def digests(data: dict[str, Any], redaction: Any = NOTHING) -> dict[str, str]:
    return model.digests(Service("api", data), redaction)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"image": "shop/api:1.5"}, ["image"]),
        ({"command": ["serve", "--port", "81"]}, ["command"]),
        ({"command": None, "image": "x"}, ["command", "image"]),
        ({"read_only": True}, ["read_only"]),
        ({"environment": {"A": "2"}}, []),
        ({"labels": {"a": "c"}}, []),
        ({"profiles": ["test"]}, []),
        ({"networks": None, "volumes": []}, []),
        ({}, []),
    ],
)
def test_the_digest_tells_which_part_has_changed(change: dict[str, Any], parts: list[str]) -> None:
    before, now = digests(SERVICE), digests({**SERVICE, **change})
    assert model.changed_parts(before[labels.PARTS], now[labels.PARTS]) == parts
    assert (before[labels.DIGEST] == now[labels.DIGEST]) == (not parts)


def test_parts_of_labels_that_somebody_else_wrote() -> None:
    assert model.changed_parts("", "image:1") == ["image"]
    assert model.changed_parts("nonsense image:1", "image:1") == []
    assert model.changed_parts("image:1:2", "image:1") == ["image"]


TEXT = st.text(alphabet=string.ascii_letters + string.digits + "$\"'\\ \u00e9\n%", max_size=12)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
SERVICES = st.dictionaries(
    st.sampled_from(["image", "command", "ports", "build", "deploy"]), DATA, max_size=4
)


@given(SERVICES)
def test_equal_data_has_an_equal_digest(data: dict[str, Any]) -> None:
    other = dict(reversed(copy.deepcopy(data).items()))
    assert digests(data) == digests(other)


@given(SERVICES, SERVICES)
def test_other_data_has_another_digest(one: dict[str, Any], other: dict[str, Any]) -> None:
    told, wanted = (
        {key: value for key, value in data.items() if value not in (None, [], {})} for data in (one, other)
    )
    same = digests(one)[labels.DIGEST] == digests(other)[labels.DIGEST]
    assert same == (repr_of(told) == repr_of(wanted))


def repr_of(data: Any) -> Any:
    """What is compared: True is not 1, and Compose's two dollars are one."""
    if isinstance(data, dict):
        return sorted((key, repr_of(value)) for key, value in data.items())
    if isinstance(data, list):
        return ["list", *map(repr_of, data)]
    return (type(data).__name__, data.replace("$$", "$") if isinstance(data, str) else data)


def told_by_compose(text: str) -> str:
    return text.replace("$", "$$")


SECRET = st.text(alphabet=sorted({*string.printable, "\u00e9"} - {"|", "*"}), min_size=4, max_size=20)


@given(SECRET, SECRET)
def test_a_secret_changes_nothing_and_is_nowhere(one: str, other: str) -> None:
    def labelled(secret: str) -> dict[str, str]:
        spelled = told_by_compose(f"|{secret}|")
        build = {"args": {"KEY": spelled, spelled: "x"}}
        return digests(
            {"command": ["serve", spelled], "build": build, "environment": {"K": spelled}},
            Hiding(secret),
        )

    before, now = labelled(one), labelled(other)
    assert before == now
    assume(not {*one, *other} <= set(string.hexdigits))  # that a digest may hold by chance
    assert not any(secret in text for secret in (one, other) for text in before.values())


def test_a_secret_that_json_and_compose_spell_otherwise() -> None:
    secrets = ['pa"ss$word', "caf\u00e9$$", "back\\slash", "two\nlines"]
    first, *others = (
        digests({"command": [told_by_compose(f"--key={one}")]}, Hiding(*secrets)) for one in secrets
    )
    assert all(one == first for one in others)


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        (".", True),
        ("src", True),
        ("src/../src/deep", True),
        ("..", False),
        ("link", False),
        ("../shop-2", False),
    ],
)
def test_within(tmp_path: Path, path: str, inside: bool) -> None:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "link").symlink_to("/")
    assert model.within(str(root), str(root / path)) == inside


def test_nothing_is_within_another_drive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(_: object) -> str:
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr("os.path.commonpath", refuse)
    assert not model.within(str(tmp_path), str(tmp_path))
