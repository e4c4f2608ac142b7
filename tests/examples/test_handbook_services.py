"""The handbook's services as processes of this machine: who answers whom, and who refuses whom."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from support.chroma_server import ChromaServer, running_chroma
from support.handbook import UVICORN, Handbook
from support.ports import free_port
from support.server import PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server

QUESTION = {"question": "What must a gripper do in an emergency?"}
FILL = """
import asyncio, json, sys
import httpx
from analyzers.vectors import Collection
from src.passages import Passage

async def main(url, *texts):
    async with httpx.AsyncClient() as client:
        collection = Collection(client, url)
        passages = [Passage(slug="s", title="T", text=text) for text in texts]
        added = await collection.fill(passages, lambda texts: [[len(text) / 100, 0.5] for text in texts])
        nearest = await collection.nearest([len("T. " + texts[0]) / 100, 0.5], limit=5)
        print(json.dumps([added, [[passage.text, round(passage.score, 3)] for passage in nearest]]))

asyncio.run(main(*sys.argv[1:]))
"""


def service(name: str) -> tuple[str, ...]:
    return ("uvicorn", f"analyzers.{name}:app", "--host", "127.0.0.1", "--port", PORT)


@contextmanager
def gateway(handbook: Handbook, environment: str, *, of: str) -> Iterator[Server]:
    """The gateway of one environment, pointed at the mocks of one."""
    with ExitStack() as stack:
        for variable, name in (("ANALYZER_NLP_URL", "mock_nlp"), ("ANALYZER_LLM_URL", "mock_llm")):
            analyzer = stack.enter_context(handbook.serve(*service(name), ENV=of))
            handbook.set(environment, **{variable: analyzer.url})
        yield stack.enter_context(handbook.serve(*UVICORN, ENV=environment))


@pytest.mark.requirement("B8", "C5")
def test_a_question_is_answered_by_the_mocks(handbook: Handbook) -> None:
    with gateway(handbook, "testing", of="testing") as server:
        answer = httpx.post(f"{server.url}/ask", json=QUESTION).json()
    assert answer["chapters"][0] == "stopping-well"
    assert answer["answer"].startswith("Stopping well: ")


def test_analyzers_of_another_environment_answer_nothing(handbook: Handbook) -> None:
    with gateway(handbook, "testing", of="development") as server:
        answer = httpx.post(f"{server.url}/ask", json=QUESTION)
    assert (answer.status_code, answer.json()) == (
        502,
        {"detail": "No answer: what answers /retrieve is not this environment's."},
    )


def test_development_mails_to_the_catcher(handbook: Handbook) -> None:
    port = str(free_port())
    catcher = ("python", "-m", "analyzers.mail_catcher", "--host", "127.0.0.1", "--port", PORT)
    handbook.set("development", SMTP_URL=f"smtp://127.0.0.1:{port}")
    with (
        handbook.serve(*catcher, "--smtp-port", port) as mail,
        handbook.serve(*UVICORN, ENV="development") as server,
    ):
        reader = {"X-Reader": httpx.post(f"{server.url}/readers").json()["token"]}
        httpx.post(f"{server.url}/bookmarks", json={"slug": "stopping-well"}, headers=reader)
        to = {"address": "reader@handbook.example"}
        assert httpx.post(f"{server.url}/bookmarks/mail", json=to, headers=reader).status_code == 202
        (message,) = httpx.get(f"{mail.url}/messages").json()
        assert message["text"] == "- Stopping well\n"
        assert message["recipients"] == ["reader@handbook.example"]


@pytest.fixture
def chroma() -> Iterator[ChromaServer]:
    with running_chroma() as server:
        yield server


@pytest.mark.real
def test_a_real_vector_store_holds_what_is_written_and_its_stamp(
    handbook: Handbook, chroma: ChromaServer
) -> None:
    def filled(*texts: str) -> list[object]:
        done = handbook.run("python", "-c", FILL, chroma.url("handbook_testing"), *texts, ENV="testing")
        assert done.code == 0, done.everything
        said: list[object] = json.loads(done.stdout)
        return said

    short, long = "Some words.", "Some words, and then some more of them, to be longer than the others."
    assert filled(short, long) == [2, [[short, 1.0], [long, 0.771]]]
    chroma.set_metadata("handbook_testing", {"stamp": "testing"})
    assert filled(long, short)[0] == 0
    assert filled(short) == [0, [[short, 1.0]]]
    assert chroma.metadata("handbook_testing") == {"stamp": "testing"}


@pytest.mark.requirement("C6")
def test_development_mails_to_no_people(handbook: Handbook) -> None:
    """At a port of real mail servers nobody can tell a catcher from one that delivers."""
    catcher = ("python", "-m", "analyzers.mail_catcher", "--host", "127.0.0.1", "--port", PORT)
    handbook.set("development", SMTP_URL="smtp://127.0.0.1:2525")
    with (
        handbook.serve(*catcher, "--smtp-port", "2525") as mail,
        handbook.serve(*UVICORN, ENV="development") as server,
    ):
        reader = {"X-Reader": httpx.post(f"{server.url}/readers").json()["token"]}
        for address, code in (("somebody@gmail.com", 502), ("reader@handbook.example", 202)):
            to = {"address": address}
            assert httpx.post(f"{server.url}/bookmarks/mail", json=to, headers=reader).status_code == code
        (message,) = httpx.get(f"{mail.url}/messages").json()
        assert message["recipients"] == ["reader@handbook.example"]
