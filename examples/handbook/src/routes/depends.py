"""What endpoints ask for."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request
from sqlalchemy.ext.asyncio import AsyncSession

from firedoor import Environment
from src.answers import LanguageModel
from src.config import Behaviour, HandbookSettings
from src.database import Database
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


def language_model(request: Request) -> LanguageModel:
    """The model, or 503 where no key is configured. Tests override this one."""
    model: LanguageModel | None = request.app.state.model
    if model is None:
        raise HTTPException(503, "No language model is configured here.")
    return model


def _reader(settings: SettingsHere, x_reader: Annotated[str, Header()]) -> str:
    reader = reader_of(x_reader, settings.secret_key.get_secret_value())
    if reader is None:
        raise HTTPException(401, "The X-Reader token wasn't issued here. POST /readers gives one.")
    return reader


SessionHere = Annotated[AsyncSession, Depends(_session)]
ModelHere = Annotated[LanguageModel, Depends(language_model)]
ReaderHere = Annotated[str, Depends(_reader)]
