"""Laws of `init`: any folder can be adopted, what is written can be read, twice is once, and no value is copied."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from firedoor import declaration
from firedoor.cli import init
from firedoor.discovery.plan import plan
from support.project import ProjectFolder

if TYPE_CHECKING:
    import pytest

NAMES = st.sampled_from(
    [
        ".env",
        ".env.dev",
        ".env.prod",
        ".env.Production",
        ".env.local",
        ".env.eu-west",
        ".env.dev.local",
        ".env.example",
        ".env.prod.example",
        ".env.common",
        "envs/dev.env",
        ".envs/.local/.django",
        ".envs/.prod/.pg",
        "web/.env.dev",
        "compose.yaml",
        "docker-compose.prod.yml",
        "Makefile",
        "package.json",
        "pyproject.toml",
        ".gitignore",
        "settings.py",
        "config/settings/production.py",
        "tests/conftest.py",
        "README.md",
    ]
)
KEYS = st.sampled_from(
    [
        "APP_ENV",
        "ENV",
        "NODE_ENV",
        "DEBUG",
        "PORT",
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "X",
        "lower_case",
        "A.B",
    ]
)
VALUES = st.sampled_from(
    ["", "dev", "production", "true", "1", "x y", "postgres://u:p@h/d", "${X}", "'q", '"', "\\", "é"]
)
LINES = st.one_of(
    st.builds("{}={}".format, KEYS, VALUES),
    st.builds('os.environ["{}"]'.format, KEYS),
    st.builds('x = os.getenv("{}", "{}")'.format, KEYS, st.sampled_from(["dev", "prod", "né", "a b"])),
    st.builds(
        "class S(BaseSettings):\n    {}: {}".format,
        KEYS,
        st.sampled_from(["int", "str = 'x'", 'Literal["a\\"", "b"]']),
    ),
    st.builds("    profiles: [{}]".format, VALUES),
    st.builds("    environment: {{ {}: {} }}".format, KEYS, VALUES),
    st.builds("  x: ${{{}:-{}}}".format, KEYS, VALUES),
    st.sampled_from(
        [
            "[project]",
            'name = "a\\"b\\nc"',
            "{",
            "*.env*",
            "!.env",
            "/.envs",
            "# c",
            "\x00",
            "services:",
            "\t",
        ]
    ),
)
TEXTS = st.one_of(
    st.lists(LINES, max_size=8).map(lambda lines: "\n".join(lines).encode()), st.binary(max_size=30)
)
TREES = st.dictionaries(NAMES, TEXTS, max_size=8)


def planted(root: object, tree: dict[str, bytes]) -> ProjectFolder:
    project = ProjectFolder(root)  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    for path, data in tree.items():
        project.write(path, data)
    return project


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TREES)
@example({".env.Production": b"ENV=Production", ".env.prod": b"", ".env.dev": b"ENV=dev"})
@example({"pyproject.toml": b'[project]\nname = "a\\"b\\nc"'})
def test_any_folder_can_be_adopted_and_then_has_nothing_left_to_do(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, bytes]
) -> None:
    project = planted(tmp_path_factory.mktemp("law") / "p", tree)
    root = str(project.root)
    made = plan(root)
    assert all(not os.path.lexists(os.path.join(root, c.path)) for c in made.to_write if c.action == "create")
    assert init.main(["-C", root, "-q"]) == 0
    written = {path: (project.root / path).read_bytes() for path in tree if path != ".gitignore"}
    assert written == {path: data for path, data in tree.items() if path != ".gitignore"}
    assert [change.path for change in plan(root).to_write] == []
    assert init.main(["-C", root, "-q", "--make"]) == 0
    assert written == {path: (project.root / path).read_bytes() for path in written}
    targets = (project.root / "firedoor.mk").read_bytes()
    assert init.main(["-C", root, "-q", "--make"]) == 0
    assert (project.root / "firedoor.mk").read_bytes() == targets
    declared = declaration.load(root, use_cache=False)
    assert any(environment.protected for environment in declared.environments)
    assert len(declared.environments) > 1
