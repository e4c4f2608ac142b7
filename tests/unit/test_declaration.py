"""Finding and loading the declaration: upwards, never beyond the repository, cached by content."""

from __future__ import annotations

import os
import stat
import sys
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from firedoor import compiled_cache, declaration, storage
from firedoor.errors import DeclarationError
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from support.project import ProjectFolder

MINIMAL = "[environments.dev]\n[environments.prod]\nprotected = true\n"


def codes(error: pytest.ExceptionInfo[DeclarationError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def load(folder: Path) -> declaration.Project:
    return declaration.load(folder, use_cache=False)


def test_found_in_the_folder(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL)
    loaded = load(project.root)
    assert loaded.names == ("dev", "prod")
    assert (loaded.root, loaded.path) == (str(project.root), str(project.root / "firedoor.toml"))
    assert (loaded.selectors, loaded.default, loaded.files) == (("APP_ENV", "ENV"), None, (".env.{env}",))


def test_found_above_up_to_the_repository_root(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("a/b/keep", "")
    (project.root / ".git").mkdir()
    assert load(project.root / "a" / "b").root == str(project.root)


def test_never_beyond_the_repository_root(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("inner/src/keep", "")
    (project.root / "inner" / ".git").mkdir()
    with pytest.raises(DeclarationError) as error:
        load(project.root / "inner" / "src")
    assert codes(error) == ["FD001"]


def test_a_worktree_s_git_file_is_a_root_too(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("inner/.git", "gitdir: elsewhere\n")
    with pytest.raises(DeclarationError):
        load(project.root / "inner")


def test_the_nearest_wins(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("inner/firedoor.toml", "[environments.only]\n")
    assert load(project.root / "inner").names == ("only",)


def test_outside_a_repository_only_the_user_s_own_folders_declare(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("inner/keep", "")
    assert load(project.root / "inner").root == str(project.root)
    project.root.chmod(0o777)
    with pytest.raises(DeclarationError) as error:
        load(project.root / "inner")
    assert codes(error) == ["FD001"]


def test_the_folder_started_in_always_counts(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL)
    project.root.chmod(0o777)
    assert load(project.root).names == ("dev", "prod")


def test_a_folder_that_is_gone_declares_nothing(project: ProjectFolder) -> None:
    with pytest.raises(DeclarationError) as error:
        load(project.root / "gone" / "further")
    assert codes(error) == ["FD001"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give folders away")
@pytest.mark.parametrize(("owner", "found"), [(0, True), (12345, False)])
def test_a_folder_of_another_user_declares_nothing(project: ProjectFolder, owner: int, found: bool) -> None:
    project.write("firedoor.toml", MINIMAL).write("inner/keep", "")
    os.chown(project.root, owner, owner)
    try:
        assert (load(project.root / "inner").names == ("dev", "prod")) is found
    except DeclarationError:
        assert not found


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give folders away")
def test_root_in_somebody_s_checkout_uses_their_declaration(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("inner/keep", "")
    for folder in (project.root, project.root / "inner"):
        os.chown(folder, 12345, 12345)
    assert load(project.root / "inner").names == ("dev", "prod")


def test_a_table_of_pyproject(project: ProjectFolder) -> None:
    project.write(
        "pyproject.toml", "[project]\nname='x'\n[tool.firedoor.environments.dev]\naliases = ['d']\n"
    )
    loaded = load(project.root)
    assert loaded.names == ("dev",)
    assert loaded.path == str(project.root / "pyproject.toml")


def test_a_pyproject_that_only_mentions_firedoor_declares_nothing(project: ProjectFolder) -> None:
    project.write("pyproject.toml", "[project]\nname='x'\ndependencies=['firedoor']\n")
    with pytest.raises(DeclarationError) as error:
        load(project.root)
    assert codes(error) == ["FD001"]


def test_with_a_cache_too(project: ProjectFolder) -> None:
    project.write("pyproject.toml", "[project]\nname='x'\ndependencies=['firedoor']\n")
    with pytest.raises(DeclarationError) as error:
        declaration.load(project.root)
    assert codes(error) == ["FD001"]


def test_both_in_one_folder_is_an_error(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("pyproject.toml", "[tool.firedoor.environments.dev]\n")
    with pytest.raises(DeclarationError) as error:
        load(project.root)
    assert codes(error) == ["FD008"]


def test_a_pyproject_beside_that_depends_on_firedoor_is_fine(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL).write("pyproject.toml", "[project]\ndependencies=['firedoor']\n")
    for _ in range(2):
        assert declaration.load(project.root).names == ("dev", "prod")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff", "FD009"), (b"[environments", "FD002"), (b"#" * (10 * 1024 * 1024 + 1), "FD009")],
)
def test_unreadable(project: ProjectFolder, content: bytes, code: str) -> None:
    project.write("firedoor.toml", content)
    with pytest.raises(DeclarationError) as error:
        load(project.root)
    assert codes(error) == [code]


def test_a_folder_of_that_name(project: ProjectFolder) -> None:
    (project.root / "firedoor.toml").mkdir()
    with pytest.raises(DeclarationError) as error:
        load(project.root)
    assert codes(error) == ["FD009"]


def test_project_answers_by_every_spelling(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.production]\naliases=['prod','live']\nprotected=true\n")
    loaded = load(project.root)
    production = loaded.environment("production")
    assert production is not None
    assert production is loaded.environment("live")
    assert loaded.environment("Production") is None
    assert loaded.spellings == ("production", "prod", "live")
    assert production.is_("prod")
    assert not production.is_("testing")
    assert (str(production), repr(production)) == ("production", "Environment('production', protected=True)")
    assert repr(loaded) == "Project('', environments=['production'])"


EVERYTHING = """
[project]
name = "shop"
selector = ["STAGE"]
default = "dev"
[files]
templates = ["base.env", "envs/{env}.env"]
optional = ["envs/{env}.local.env"]
fallback_file = "defaults.env"
secrets = "/run/secrets/"
[environments.dev]
aliases = ["d"]
profiles = ["tools"]
[environments.prod]
protected = true
fallback = "process"
[environments.prod.require]
DEBUG = [false]
[settings]
class = "shop.config:Settings"
[variables.DEBUG]
type = "bool"
required = ["prod"]
description = "says more"
[variables.KEY]
secret = true
overridable = ["dev"]
shared = true
live = ["dev"]
[variables.LEVEL]
values = ["a", "b"]
default = "a"
[variables.URL]
resource = "database"
"""


@pytest.mark.parametrize("use_cache", [False, True])
def test_everything_that_is_declared_arrives(project: ProjectFolder, *, use_cache: bool) -> None:
    project.write("firedoor.toml", EVERYTHING)
    if use_cache:
        declaration.load(project.root)
    loaded = declaration.load(project.root, use_cache=use_cache)
    assert (loaded.name, loaded.selectors, loaded.default) == ("shop", ("STAGE",), "dev")
    assert loaded.files == ("base.env", "envs/{env}.env")
    assert (loaded.optional_files, loaded.fallback_file) == (("envs/{env}.local.env",), "defaults.env")
    assert (loaded.secrets, loaded.settings_class) == ("/run/secrets", "shop.config:Settings")
    dev, prod = loaded.environments
    assert (dev.name, dev.aliases, dev.profiles, dev.order) == ("dev", ("d",), ("tools",), 0)
    assert (dev.protected, dev.fallback, dev.require) == (False, "file", {})
    assert (prod.name, prod.order, prod.protected, prod.fallback) == ("prod", 1, True, "process")
    assert repr(prod.require) == "{'DEBUG': (False,)}"
    debug, key, level, url = loaded.variables.values()
    assert (debug.type, debug.required, debug.description) == ("bool", ("prod",), "says more")
    assert (key.secret, key.overridable, key.shared, key.live) == (True, ("dev",), True, ("dev",))
    assert (level.values, level.default, url.resource) == (("a", "b"), "a", "database")
    assert loaded.sensitive == (key, url)
    assert repr((debug, key)) == "(Variable('DEBUG', bool), Variable('KEY', str))"


def test_a_variable_is_plain_unless_declared_otherwise() -> None:
    plain = declaration.Variable("X")
    assert (plain.type, plain.required, plain.values, plain.secret, plain.resource) == (
        "str",
        False,
        (),
        False,
        None,
    )
    assert (plain.overridable, plain.shared, plain.live, plain.default, plain.description) == (
        False,
        False,
        False,
        None,
        "",
    )
    assert not plain.sensitive


def test_a_project_has_the_usual_files_unless_declared_otherwise() -> None:
    usual = declaration.Project(root="/p", path="/p/firedoor.toml", name="p", environments=())
    assert (usual.selectors, usual.default, usual.files) == (("APP_ENV", "ENV"), None, (".env.{env}",))
    assert (usual.optional_files, usual.fallback_file, usual.variables) == ((), ".env", {})
    assert (usual.secrets, usual.settings_class, usual.sensitive) == ("", None, ())


def test_the_current_folder_is_where_the_search_starts(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("firedoor.toml", MINIMAL)
    monkeypatch.chdir(project.root)
    assert declaration.load(use_cache=False).root == str(project.root)


def test_whole_problems(project: ProjectFolder) -> None:
    with pytest.raises(DeclarationError) as error:
        load(project.root)
    assert list(error.value.problems) == [Problem("FD001", subject="firedoor.toml")]
    (project.root / "pyproject.toml").mkdir()
    with pytest.raises(DeclarationError) as error:
        load(project.root)
    (problem,) = error.value.problems
    assert problem == Problem(
        "FD009",
        subject="pyproject.toml",
        origin=Origin(DECLARATION, "pyproject.toml"),
        detail=problem.facts["detail"],
    )
    assert "regular" in problem.facts["detail"]


class TestWhoseFolders:
    """Above the folder started in, a declaration counts only where nobody else could have put it."""

    def test_the_search_ends_at_the_top(self) -> None:
        assert list(islice(declaration._folders("/"), 3)) == ["/"]

    def test_the_owners_are_this_user_the_system_and_the_checkout_s(self, tmp_path: Path) -> None:
        user = os.geteuid()
        assert declaration._owners(str(tmp_path)) == (user, 0, tmp_path.stat().st_uid)
        assert declaration._owners(str(tmp_path / "gone")) == (user, 0)

    def test_trust(self, tmp_path: Path) -> None:
        here, owner = str(tmp_path), tmp_path.stat().st_uid
        assert declaration._is_trusted(here, (owner,))
        assert not declaration._is_trusted(here, (owner + 1,))
        assert not declaration._is_trusted(str(tmp_path / "gone"), (owner,))
        tmp_path.chmod(0o707)
        assert not declaration._is_trusted(here, (owner,))
        tmp_path.chmod(0o770)
        assert declaration._is_trusted(here, (owner,))

    def test_on_windows_modes_say_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "win32")
        tmp_path.chmod(0o707)
        assert declaration._owners(str(tmp_path)) == ()
        assert declaration._is_trusted(str(tmp_path), ()) is True
        assert declaration._is_trusted(str(tmp_path / "gone"), ()) is False


class Forgetful(dict[str, object]):
    """What a process remembers, as if each load were another process."""

    def __setitem__(self, key: str, value: object) -> None:
        pass


def test_one_process_builds_a_project_once(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL)
    first = declaration.load(project.root)
    assert declaration.load(project.root) is first
    project.write("firedoor.toml", MINIMAL + "[environments.staging]\n")
    assert declaration.load(project.root).names == ("dev", "prod", "staging")


class TestCache:
    """The cache changes nothing but the time."""

    @pytest.fixture(autouse=True)
    def _own_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(declaration, "_known", Forgetful())
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    @staticmethod
    def entry(tmp_path: Path) -> Path:
        (found,) = (tmp_path / "cache" / "firedoor").iterdir()
        return found

    @staticmethod
    def must_not_compile(monkeypatch: pytest.MonkeyPatch) -> None:
        from firedoor import schema

        def fail(*_: object) -> None:
            raise AssertionError("compiled again")

        monkeypatch.setattr(schema, "compile_declaration", fail)

    def test_the_second_load_compiles_nothing(
        self, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project.write("firedoor.toml", MINIMAL)
        first = declaration.load(project.root)
        self.must_not_compile(monkeypatch)
        second = declaration.load(project.root)
        assert (second.names, second.environments[1].protected) == (first.names, True)

    def test_a_pyproject_that_never_mentions_firedoor_does_not_matter(
        self, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project.write("firedoor.toml", MINIMAL).write("pyproject.toml", "[project]\nname = 'a'\n")
        declaration.load(project.root)
        project.write("pyproject.toml", "[project]\nname = 'b'\n")
        self.must_not_compile(monkeypatch)
        assert declaration.load(project.root).names == ("dev", "prod")

    def test_without_the_cache_nothing_is_kept(self, project: ProjectFolder, tmp_path: Path) -> None:
        project.write("firedoor.toml", MINIMAL)
        first = declaration.load(project.root, use_cache=False)
        assert declaration.load(project.root, use_cache=False) is not first
        assert not (tmp_path / "cache").exists()

    def test_another_content_is_compiled(self, project: ProjectFolder) -> None:
        project.write("firedoor.toml", MINIMAL)
        declaration.load(project.root)
        path = project.root / "firedoor.toml"
        before = path.stat()
        path.write_text(MINIMAL.replace("prod", "dorp"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert declaration.load(project.root).names == ("dev", "dorp")

    def test_entries_are_private(self, project: ProjectFolder, tmp_path: Path) -> None:
        project.write("firedoor.toml", MINIMAL)
        declaration.load(project.root)
        assert stat.S_IMODE(self.entry(tmp_path).stat().st_mode) == 0o600
        assert stat.S_IMODE(self.entry(tmp_path).parent.stat().st_mode) == 0o700

    def forge(self, project: ProjectFolder, tmp_path: Path) -> Path:
        """An entry, whole and right in form, that says nothing is protected."""
        project.write("firedoor.toml", MINIMAL)
        declaration.load(project.root)
        declared = (project.root / "firedoor.toml").read_bytes()
        compiled = compiled_cache.read(str(project.root), declared, b"")
        assert compiled is not None
        weak = tuple((name, aliases, False, *rest) for name, aliases, _, *rest in compiled["environments"])
        compiled_cache.write(str(project.root), declared, b"", {**compiled, "environments": weak})
        assert not declaration.load(project.root).environments[1].protected  # the forgery is a working one
        return self.entry(tmp_path)

    def test_an_entry_that_others_could_write_is_not_believed(
        self, project: ProjectFolder, tmp_path: Path
    ) -> None:
        self.forge(project, tmp_path).chmod(0o622)
        assert declaration.load(project.root).environments[1].protected

    def test_a_folder_that_others_could_write_is_not_believed(
        self, project: ProjectFolder, tmp_path: Path
    ) -> None:
        self.forge(project, tmp_path).parent.chmod(0o777)
        assert declaration.load(project.root).environments[1].protected

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away"
    )
    def test_an_entry_of_another_user_is_not_believed(self, project: ProjectFolder, tmp_path: Path) -> None:
        os.chown(self.forge(project, tmp_path), 12345, 12345)
        assert declaration.load(project.root).environments[1].protected

    def test_a_link_is_not_believed(self, project: ProjectFolder, tmp_path: Path) -> None:
        entry = self.forge(project, tmp_path)
        entry.rename(tmp_path / "elsewhere")
        entry.symlink_to(tmp_path / "elsewhere")
        assert declaration.load(project.root).environments[1].protected

    @pytest.mark.parametrize("damage", ["cut", "flip", "empty", "junk", "folder"])
    def test_a_damaged_entry_counts_as_absent(
        self, project: ProjectFolder, tmp_path: Path, damage: str
    ) -> None:
        project.write("firedoor.toml", MINIMAL)
        declaration.load(project.root)
        entry = self.entry(tmp_path)
        data = entry.read_bytes()
        damaged = {
            "cut": data[:-5],
            "flip": data[:-1] + bytes([data[-1] ^ 1]),
            "empty": b"",
            "junk": b"junk" * 9,
        }
        entry.unlink()
        if damage == "folder":
            entry.mkdir()
        else:
            entry.write_bytes(damaged[damage])
            entry.chmod(0o600)
        assert declaration.load(project.root).names == ("dev", "prod")

    def test_no_home_no_cache(self, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.delenv("HOME", raising=False)
        project.write("firedoor.toml", MINIMAL)
        assert compiled_cache.folder() is None
        assert declaration.load(project.root).names == ("dev", "prod")

    def test_the_home_s_cache_by_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", "relative")
        monkeypatch.setenv("HOME", "/home/somebody")
        assert compiled_cache.folder() == "/home/somebody/.cache/firedoor"

    def test_a_cache_that_cannot_be_written_is_no_error(
        self, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(storage, "write_bytes", full)
        project.write("firedoor.toml", MINIMAL)
        assert declaration.load(project.root).names == ("dev", "prod")


def test_services_are_loaded_cached_or_not(project: ProjectFolder) -> None:
    project.write(
        "firedoor.toml",
        MINIMAL + "[services]\nfiles = ['a.yaml', 'a.{env}.yaml']\nside_by_side = true\nown = ['X']\n"
        "unpinned = ['edge']\ndebug_ports = [4000]\nwait = 7\n",
    )
    declaration.load(project.root)
    for use_cache in (False, True):
        services = declaration.load(project.root, use_cache=use_cache).services
        told = {name: getattr(services, name) for name in services.__slots__}
        assert told == {
            "files": ("a.yaml", "a.{env}.yaml"),
            "side_by_side": True,
            "own": ("X",),
            "unpinned": ("edge",),
            "debug_ports": (4000,),
            "wait": 7,
        }


def test_what_services_are_where_nothing_is_declared(project: ProjectFolder) -> None:
    project.write("firedoor.toml", MINIMAL)
    services = load(project.root).services
    assert (services.files, services.own, services.side_by_side) == ((), (), False)
    assert (services.unpinned, services.debug_ports, services.wait) == (("latest",), (5005, 5678, 9229), 120)
