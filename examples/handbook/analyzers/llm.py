"""analyzer-llm, the words of an answer: ``uvicorn analyzers.llm:app``."""

from fastapi import FastAPI, HTTPException
from pydantic import SecretStr

from analyzers.service import create_service
from src.answers import LanguageModel, model_client
from src.config import ServiceSettings
from src.passages import Answerer, AnswerError, Word, Worded


class LlmSettings(ServiceSettings):
    """What analyzer-llm reads beside."""

    openai_api_key: SecretStr | None = None
    openai_base_url: str = "https://api.openai.com/v1"
    model_name: str = "gpt-4o-mini"


def create_app(settings: LlmSettings | None = None, model: Answerer | None = None) -> FastAPI:
    """The application, with the model that the settings name."""
    settings = settings or LlmSettings()
    if model is None and settings.openai_api_key:
        key = settings.openai_api_key.get_secret_value()
        model = LanguageModel(model_client(settings.openai_base_url, key), settings.model_name)
    app = create_service("analyzer-llm", settings)

    @app.post("/answer")
    async def answer(asked: Word) -> Worded:
        """An answer from these passages and nothing else."""
        if model is None:
            raise HTTPException(503, "No language model is configured here.")
        try:
            return Worded(answer=await model.answer(asked.question, asked.passages))
        except AnswerError as error:
            raise HTTPException(502, f"No answer: {error}.") from None

    return app


app = create_app()
