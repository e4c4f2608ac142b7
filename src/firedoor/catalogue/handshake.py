"""FD65: the handshake between services.

FD650  other
FD651  -
FD652  -
FD653  detail
FD654  other
FD655  detail
FD656  other
FD657  other
FD659  -
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem

_DECLARED = """\
[project]
name = "shop"

[environments.staging]

[environments.production]
protected = true
"""
_FILES = {
    "firedoor.toml": _DECLARED,
    ".env.staging": "DEBUG=false\n",
    ".env.production": "DEBUG=false\n",
}
_RUN = "APP_ENV=production python wrong.py"
_SERVICE = """\
from firedoor.web import WsgiHandshake


def application(environ, start_response):
    start_response("200 OK", [])
    return [b"charged"]


service = WsgiHandshake(application{options})
call = {{"REQUEST_METHOD": "POST", "PATH_INFO": "/charge"}}
{header}service(call, lambda status, headers: print(status))
"""
_MARK = 'call["HTTP_FIREDOOR_ENVIRONMENT"] = "{}"\n'
_WHY_CALL = (
    "A development gateway that drives production's API, or a staging worker that posts to it, does real harm with "
    "made-up data: orders are placed, cards are charged, mails go out."
)
_ACCEPT = (
    'What an environment takes of others, its table names: `accepts = ["staging"]`, or `accepts = '
    '["gateway/production"]` for another project.'
)


def _service(options: str = "", mark: str | None = None) -> "dict[str, str]":
    header = "" if mark is None else _MARK.format(mark)
    return {**_FILES, "wrong.py": _SERVICE.format(options=options, header=header)}


def _script(*lines: str) -> "dict[str, str]":
    return {**_FILES, "wrong.py": "\n".join((*lines, ""))}


def _of(code: str, **facts: str) -> Problem:
    return Problem(code, environment="production", origin=None, **facts)


ENTRIES = (
    Entry(
        "FD650",
        "foreign-call",
        summary="A service was called by another environment.",
        what=(
            (
                "A service of {environment} was called by {other}.",
                "This service belongs to {environment}, and the call comes from another environment.",
                "A service was called by another environment.",
            ),
            "The call was refused.",
        ),
        why=_WHY_CALL,
        do="Correct the address in the environment that calls: it is to call its own service.",
        on_purpose=_ACCEPT,
        example=Example(_of("FD650", other="shop/staging"), _RUN, files=_service(mark="shop/staging")),
    ),
    Entry(
        "FD651",
        "unmarked-call",
        summary="A service that requires a mark was called without one.",
        what="This service belongs to {environment:an environment}, and what was called has to be called with the mark "
        "of that. The call carries none and was refused.",
        why="Whoever does not say where a call comes from may be anybody's script.",
        do="Let the caller send the header `Firedoor-Environment`: `firedoor.web.marked(client)` does it.",
        on_purpose="What needs no mark is not under `require=`, or is named under `exempt=`, as a health check's path.",
        example=Example(_of("FD651"), _RUN, files=_service(', require=["/charge"]')),
    ),
    Entry(
        "FD652",
        "unreadable-mark",
        summary="A call carries a mark that cannot be read.",
        what="This service belongs to {environment:an environment}, and the call's header `Firedoor-Environment` holds "
        "something that is no mark. The call was refused.",
        why="What cannot be read may mean another environment.",
        do="Let the caller send `project/environment`, both percent-encoded: `firedoor.web.marked(client)` does it.",
        example=Example(_of("FD652"), _RUN, files=_service(mark="production")),
    ),
    Entry(
        "FD653",
        "unproven-mark",
        summary="A call carries a mark whose signature does not hold.",
        what="This service belongs to {environment:an environment} and takes signed marks alone. The call's was "
        "refused: {detail:its signature does not hold}.",
        why="A mark can be written by anybody. The signature shows that its writer holds the environment's key.",
        do="Give both sides the same key of {environment:the environment} and the same `service`, and let their clocks "
        "be right.",
        example=Example(
            _of("FD653", other="shop/production", detail="it is not signed"),
            _RUN,
            files=_service(', key="x" * 32', mark="shop/production"),
        ),
    ),
    Entry(
        "FD654",
        "foreign-answer",
        summary="A request of one environment was answered by another.",
        what="A request of {environment:this environment} was answered by {other:another environment}. The answer was "
        "not read.",
        why="A redirect, a proxy or a name that was pointed anew leads to another environment while the address still "
        "looks right. What is written to it is written there.",
        do="Look where the address of {environment:the environment} leads: through which proxy, and to which redirect.",
        on_purpose=_ACCEPT,
        example=Example(
            _of("FD654", other="shop/staging"),
            _RUN,
            files=_script(
                "import httpx",
                "",
                "from firedoor.web import marked",
                "",
                "",
                "def answer(request):",
                '    return httpx.Response(200, headers={"Firedoor-Environment": "shop/staging"})',
                "",
                "",
                "client = marked(httpx.Client(transport=httpx.MockTransport(answer)))",
                'client.get("http://billing.example.org/")',
            ),
        ),
    ),
    Entry(
        "FD655",
        "unmarked-answer",
        summary="An internal service's answer does not say from which environment it is.",
        what="A request of {environment:an environment} to an internal host was answered by something that does not "
        "say whose it is: {detail:it carries no mark}. The answer was not read.",
        why="What answers in a service's place may be another environment's, a proxy or a page of a provider.",
        do="Put `firedoor.web.AsgiHandshake` or `WsgiHandshake` before the service that answers, or take its host out "
        "of `internal=`.",
        example=Example(
            _of("FD655", detail="it carries no mark"),
            _RUN,
            files=_script(
                "import httpx",
                "",
                "from firedoor.web import marked",
                "",
                "transport = httpx.MockTransport(lambda request: httpx.Response(200))",
                'client = marked(httpx.Client(transport=transport), internal=["billing"], require=True)',
                'client.get("http://billing/")',
            ),
        ),
    ),
    Entry(
        "FD656",
        "foreign-token",
        summary="A token was issued in another environment.",
        what=(
            (
                "A token that was shown to {environment} was issued by {other}.",
                "A token that was shown to {environment:an environment} does not say that it was issued there.",
            ),
        ),
        why="Whoever can make tokens in staging, where keys and people are many, could use production with them.",
        do="Ask for a token of {environment:the environment} itself. If both sign with the same key, give each its "
        "own.",
        on_purpose=_ACCEPT,
        incidents=("storm-0558",),
        example=Example(
            _of("FD656", other="shop/staging"),
            _RUN,
            files=_script(
                "from firedoor.web import Tokens",
                "",
                'Tokens().check({"sub": "42", "firedoor_environment": "shop/staging"})',
            ),
        ),
    ),
    Entry(
        "FD657",
        "foreign-message",
        summary="A message of a queue was sent by another environment.",
        what=(
            (
                "A message that reached {environment} was sent by {other}.",
                "A message that reached {environment:an environment} does not say that it was sent there.",
            ),
        ),
        why="Two environments on one queue take each other's jobs: some are lost, others are done with the wrong data.",
        do="Give each environment a queue of its own. Put the message back, or where nobody takes it, and do not work "
        "on it.",
        on_purpose=_ACCEPT,
        example=Example(
            _of("FD657", other="shop/staging"),
            _RUN,
            files=_script(
                "from firedoor.web import Messages",
                "",
                'Messages().accept({"firedoor-environment": "shop/staging"})',
            ),
        ),
    ),
    Entry(
        "FD659",
        "unnamed-project",
        summary="The handshake needs the project's name.",
        what="{place:The declaration} gives the project no name, and a mark says whose environment it is.",
        why="`production` alone is everybody's: services of two projects could not be told apart.",
        do='Name the project in {place:the declaration}: `name = "shop"` in the table `[project]`.',
        example=Example(
            Problem("FD659", subject="project.name", origin=Origin(DECLARATION, "firedoor.toml")),
            _RUN,
            files={
                **_script("from firedoor.web import Tokens", "", "Tokens()"),
                "firedoor.toml": "[environments.production]\n",
            },
        ),
    ),
)
