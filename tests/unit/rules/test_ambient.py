"""What leaks in from the shell: the whole problem, and beside each leak what is meant and passes."""

from __future__ import annotations

import pytest

from firedoor import dotenv, resolve
from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.origin import FILE, PROCESS, REQUEST, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.rules import ambient
from firedoor.sources import Layer
from firedoor.worker_names import Names

TEST = Environment("test")
PROD = Environment("prod", order=1, protected=True)
URL = Variable("URL", resource="database")
KEY = Variable("KEY", secret=True)
BY_PROCESS = Origin(PROCESS, "APP_ENV")
BY_REQUEST = Origin(REQUEST, "-e")
REFERS = "URL=//${HOST:-localhost}/x\n"


def judge(
    files: str | dict[str, str],
    *variables: Variable,
    environment: Environment = TEST,
    overrides: dict[str, str] | None = None,
    duplicates: tuple[str, ...] = (),
    chosen_by: Origin = BY_PROCESS,
    **process: str,
) -> list[Problem]:
    """The problems of these files (one text, or name to text), with this in the shell."""
    texts = {".env.test": files} if isinstance(files, str) else files
    layers = [Layer(name, dotenv.parse(text)) for name, text in texts.items()]
    project = Project(
        root="/p",
        path="/p/firedoor.toml",
        name="p",
        environments=(TEST, PROD),
        variables={variable.name: variable for variable in variables or (URL, KEY)},
    )
    resolution = resolve.resolve(project, environment, layers, process=process, overrides=overrides or {})
    for selector in project.selectors:
        resolution.values[selector] = resolve.Value(selector, environment.name, chosen_by)
    return ambient.problems(project, environment, layers, resolution, process=process, duplicates=duplicates)


def from_shell(code: str, subject: str = "URL", severity: str = ERROR, **facts: str) -> Problem:
    return Problem(
        code,
        subject=subject,
        environment="test",
        origin=Origin(PROCESS, subject),
        severity=severity,
        **facts,
    )


def moved(reference: str, file: str = ".env.test:1:1", line: int = 1) -> Problem:
    """FD307: the file's URL is another one, through the shell's ``reference``."""
    origin = Origin(FILE, ".env.test", line, 1)
    return Problem("FD307", subject="URL", environment="test", origin=origin, reference=reference, file=file)


class TestTheShellSetsIt:
    @pytest.mark.requirement("A10")
    def test_differently_from_the_file(self) -> None:
        assert judge("A=1\nURL=//a\n", URL="//b") == [from_shell("FD306", file=".env.test:2:1")]
        assert judge("A=1\nURL=//a\n", URL="//a") == []

    def test_protected_environments_take_their_values_from_the_platform(self) -> None:
        assert judge("URL=//a\n", environment=PROD, URL="//b") == []

    def test_where_it_may(self) -> None:
        overridable = Variable("URL", resource="database", overridable=("test",))
        assert judge("URL=//a\n", overridable, URL="//b") == []
        elsewhere = Variable("URL", resource="database", overridable=("prod",))
        assert judge("URL=//a\n", elsewhere, URL="//b") == [from_shell("FD306", file=".env.test:1:1")]

    def test_a_plain_variable(self) -> None:
        assert judge("LEVEL=a\n", Variable("LEVEL"), LEVEL="b") == []

    def test_an_override_is_somebody_s_word_not_the_shell_s(self) -> None:
        assert judge("URL=//a\n", overrides={"URL": "//c"}, URL="//b") == []

    def test_every_variable_is_looked_at(self) -> None:
        free = Variable("FREE", secret=True, overridable=True)
        unset = Variable("UNSET", secret=True)
        assert judge("URL=//a\nFREE=1\n", unset, free, URL, URL="//b", FREE="2") == [
            from_shell("FD306", file=".env.test:1:1")
        ]

    def test_what_no_file_sets_is_said(self) -> None:
        warning = from_shell("FD311", "KEY", WARNING, file=".env.test")
        assert judge("A=1\n", KEY="s3cr3t") == [warning]
        assert judge({"base.env": "A=1\n", ".env.test": "B=1\n"}, KEY="s3cr3t") == [warning]

    def test_a_declared_default_is_no_file(self) -> None:
        default = Variable("KEY", secret=True, default="d")
        assert judge("A=1\n", default, KEY="s3cr3t") == [
            from_shell("FD311", "KEY", WARNING, file=".env.test")
        ]
        assert judge("KEY=f\n", default, KEY="s3cr3t") == [from_shell("FD306", "KEY", file=".env.test:1:1")]

    def test_where_the_process_is_the_source_nothing_leaks(self) -> None:
        assert judge({}, KEY="s3cr3t") == []

    def test_over_a_reference(self) -> None:
        assert judge(REFERS, URL="//localhost/x") == []
        assert judge(REFERS, URL="//b/x") == [from_shell("FD306", file=".env.test:1:1")]
        assert judge(REFERS, URL="//c/x", HOST="b") == [from_shell("FD306", file=".env.test:1:1")]

    def test_over_a_reference_that_nobody_answers(self) -> None:
        assert judge("URL=//${HOST}/x\n", URL="//b/x") == [from_shell("FD306", file=".env.test:1:1")]

    def test_a_variable_named_as_one_of_the_machine_s(self) -> None:
        """The machine's names may differ in what addresses are made of; a declared secret is no such part."""
        declared = Variable("HOSTNAME", resource="http")
        file = "HOSTNAME=//${HOST:-a}\n"
        assert judge(file, declared, HOSTNAME="//b") == [
            from_shell("FD306", "HOSTNAME", file=".env.test:1:1")
        ]
        assert judge(file, declared, HOSTNAME="//a") == []


class TestTwice:
    def test_of_the_variables_that_count(self) -> None:
        assert judge("B=1\nA=1\n", duplicates=("B", "A", "UNKNOWN", "APP_ENV")) == [
            from_shell("FD309", "A"),
            from_shell("FD309", "B"),
        ]

    def test_in_a_protected_environment_too(self) -> None:
        (found,) = judge("A=1\n", environment=PROD, duplicates=("A",))
        assert (found.code, found.environment) == ("FD309", "prod")

    def test_in_one_order(self) -> None:
        names = tuple("HGFEDCBA")
        found = judge("".join(f"{name}=1\n" for name in names), duplicates=names)
        assert [problem.subject for problem in found] == sorted(names)


class TestThroughReferences:
    def test_to_a_default(self) -> None:
        assert judge(REFERS, HOST="b") == [moved("HOST")]
        assert judge(REFERS, HOST="localhost") == []
        assert judge(REFERS) == []

    def test_to_a_line_of_the_file(self) -> None:
        """``file`` says which line the shell won over."""
        file = "HOST=a\nURL=//${HOST}/x\n"
        assert judge(file, HOST="b") == [moved("HOST", line=2)]
        assert judge(file, HOST="a") == []

    def test_what_an_override_says_is_not_the_shell_s(self) -> None:
        assert judge(REFERS, overrides={"HOST": "c"}, HOST="b") == []
        assert judge(REFERS, overrides={"OTHER": "c"}, HOST="b") == [moved("HOST")]
        with_part = "URL=//${HOST:-localhost}/${NAME:-x}\n"
        assert judge(with_part, overrides={"NAME": "c"}, HOST="localhost") == []
        together = "URL=//${A:-${B:-localhost}}/${NAME:-x}\n"
        assert judge(together, overrides={"NAME": "c"}, A="b", B="b", NAME="y") == [moved("A"), moved("B")]

    def test_what_may_be_set_may_be_referred_to(self) -> None:
        assert judge(REFERS, URL, Variable("HOST", overridable=True), HOST="b") == []

    def test_a_secret_part_is_told_for_itself(self) -> None:
        file = "URL=//u:${KEY:-none}@h\n"
        assert judge(file, KEY="s3cr3t") == [from_shell("FD311", "KEY", WARNING, file=".env.test")]

    def test_only_what_moves_it_is_told(self) -> None:
        file = "URL=//${HOST:-localhost}/${NAME:-x}\n"
        assert judge(file, HOST="b", NAME="x") == [moved("HOST")]
        assert judge(file, HOST="b", NAME="y") == [moved("HOST"), moved("NAME")]

    def test_only_what_moves_it_is_told_where_the_address_is_exported_too(self) -> None:
        file = "URL=//${HOST:-localhost}/${NAME:-x}\n"
        (found,) = judge(file, HOST="b", NAME="x", URL="//b/x")
        assert (found.code, found.facts["reference"], str(found.origin)) == (
            "FD307",
            "HOST",
            "process variable URL",
        )

    def test_each_stands_in_for_the_other(self) -> None:
        file = "URL=//${A:-${B:-localhost}}/x_${APP_ENV}\n"
        assert judge(file, A="b", B="b", APP_ENV="test") == [moved("A"), moved("B")]

    def test_each_stands_in_for_the_other_and_the_address_is_exported_too(self) -> None:
        file = "URL=//${A:-${B:-localhost}}/x\n"
        found = judge(file, A="b", B="b", URL="//b/x")
        assert [problem.facts["reference"] for problem in found] == ["A", "B"]

    def test_one_of_several_that_the_file_demands(self) -> None:
        assert judge("URL=//${A:-${B}}/x\n", A="b", B="b") == []

    def test_in_one_order(self) -> None:
        names = list("HGFEDCBA")
        file = "URL=//" + "".join(f"${{{name}:-0}}" for name in names) + "\n"
        found = judge(file, A="1", B="1", C="1", D="1", E="1", F="1", G="1", H="1")
        assert [problem.facts["reference"] for problem in found] == sorted(names)

    def test_a_literal_dollar_is_no_reference(self) -> None:
        file = "PASSWORD='a$HOST'\nURL=//u:${PASSWORD}@${HOST:-localhost}/x\n"
        assert judge(file, HOST="localhost") == []
        assert judge(file, HOST="b") == [moved("HOST", file=".env.test:2:1", line=2)]

    def test_a_later_file_replaces_a_template(self) -> None:
        files = {"base.env": "NAME=${HOST:-localhost}\n", ".env.test": "NAME=n\nURL=//${NAME}/${PART:-x}\n"}
        assert judge(files, HOST="b", PART="x") == []

    def test_a_later_file_replaces_a_plain_text(self) -> None:
        files = {"base.env": "URL=//localhost\n", ".env.test": REFERS}
        assert judge(files, HOST="b") == [moved("HOST")]

    @pytest.mark.parametrize("chosen_by", [BY_PROCESS, BY_REQUEST])
    def test_a_selector_means_the_environment(self, chosen_by: Origin) -> None:
        file = "URL=//${HOST:-localhost}/x_${APP_ENV}\n"
        assert judge(file, chosen_by=chosen_by, HOST="localhost", APP_ENV="prod") == []
        assert judge(file, chosen_by=chosen_by, HOST="b", APP_ENV="prod") == [moved("HOST")]

    def test_a_dollar_in_a_declared_default_is_no_reference(self) -> None:
        name = Variable("NAME", default="a$HOST")
        assert judge("URL=//${HOST:-localhost}/${NAME}\n", URL, name, HOST="localhost") == []

    def test_what_cannot_be_finished_is_another_problem(self) -> None:
        assert judge("URL=//${HOST:+${NOPE}}/x\n", HOST="b") == []


OWN_FILE = "URL=postgresql://u@h/x\n"
REFERRING = "URL=postgresql://u@${HOST:-h}/x\n"


def worker_s(host: str = "h", root: str = "/p") -> str:
    return f"postgresql://u@{host}/{Names(root, 'run', 'gw0').own('x')}"


@pytest.mark.parametrize("file", [OWN_FILE, REFERRING])
def test_a_test_worker_s_database_on_the_file_s_own_server_is_meant(file: str) -> None:
    assert judge(file, URL=worker_s()) == []


@pytest.mark.parametrize("file", [OWN_FILE, REFERRING])
@pytest.mark.parametrize(
    "text", [worker_s("db.example.org"), worker_s(root="/another"), "postgresql://u@h/y"]
)
def test_a_worker_s_name_makes_no_other_server_or_checkout_this_one_s(file: str, text: str) -> None:
    assert judge(file, URL=text) == [from_shell("FD306", file=".env.test:1:1")]


def test_a_worker_s_name_excuses_no_host_that_the_shell_chose() -> None:
    found = judge(REFERRING, URL=worker_s("db.example.org"), HOST="db.example.org")
    assert found == [from_shell("FD306", file=".env.test:1:1")]


class TestSecretsAsFiles:
    @staticmethod
    def judge(files: dict[str, str], secrets: dict[str, str], **process: str) -> list[Problem]:
        layers = [Layer(name, dotenv.parse(text)) for name, text in files.items()]
        layers += [
            Layer(f"/run/{name}", (dotenv.Entry((name, text, 0, 0, "", True)),), secret=True)
            for name, text in secrets.items()
        ]
        project = Project(
            root="/p",
            path="/p/firedoor.toml",
            name="p",
            environments=(TEST, PROD),
            variables={variable.name: variable for variable in (URL, KEY)},
        )
        resolution = resolve.resolve(project, TEST, layers, process=process, overrides={})
        return ambient.problems(project, TEST, layers, resolution, process=process)

    def test_differently_from_what_is_mounted(self) -> None:
        assert self.judge({}, {"KEY": "a$b"}, KEY="c") == [from_shell("FD306", "KEY", file="/run/KEY")]
        assert self.judge({}, {"KEY": "a$b"}, KEY="a$b") == []

    def test_a_platform_may_set_one_and_mount_the_other(self) -> None:
        assert self.judge({}, {"KEY": "a"}, URL="//b") == []

    def test_beside_an_env_file_the_shell_alone_is_said(self) -> None:
        said = from_shell("FD311", severity=WARNING, file=".env.test")
        assert self.judge({".env.test": "A=1\n"}, {"KEY": "a"}, URL="//b") == [said]
