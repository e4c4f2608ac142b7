"""What endpoints ask for."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request
from sqlalchemy.ext.asyncio import AsyncSession

from firedoor import Environment
from src.config import Behaviour, HandbookSettings
from src.database import Database
from src.mail import Mailer
from src.passages import Answerer, Retriever
from src.readers import reader_of


def _settings(request: Request) -> HandbookSettings:
    settings: HandbookSettings = request.app.state.settings
    return settings


def _behaviour(request: Request) -> Behaviour:
    behaviour: Behaviour = request.app.state.behaviour
    return behaviour


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _environment(request: Request) -> Environment:
    environment: Environment = request.app.state.environment
    return environment


SettingsHere = Annotated[HandbookSettings, Depends(_settings)]
EnvironmentHere = Annotated[Environment, Depends(_environment)]
BehaviourHere = Annotated[Behaviour, Depends(_behaviour)]
DatabaseHere = Annotated[Database, Depends(_database)]


async def _session(database: DatabaseHere) -> AsyncIterator[AsyncSession]:
    async with database.sessions() as session:
        yield session


def retriever(request: Request) -> Retriever:
    """Who finds passages. Tests override this one."""
    found: Retriever = request.app.state.retriever
    return found


def answerer(request: Request) -> Answerer:
    """Who words answers, or 503 where nobody does. Tests override this one."""
    found: Answerer | None = request.app.state.answerer
    if found is None:
        raise HTTPException(503, "No language model is configured here.")
    return found


def _mailer(request: Request) -> Mailer:
    mailer: Mailer | None = request.app.state.mailer
    if mailer is None:
        raise HTTPException(503, "No mail server is configured here.")
    return mailer


def _reader(settings: SettingsHere, x_reader: Annotated[str, Header()]) -> str:
    reader = reader_of(x_reader, settings.secret_key.get_secret_value())
    if reader is None:
        raise HTTPException(401, "The X-Reader token wasn't issued here. POST /readers gives one.")
    return reader


SessionHere = Annotated[AsyncSession, Depends(_session)]
RetrieverHere = Annotated[Retriever, Depends(retriever)]
AnswererHere = Annotated[Answerer, Depends(answerer)]
MailerHere = Annotated[Mailer, Depends(_mailer)]
ReaderHere = Annotated[str, Depends(_reader)]
