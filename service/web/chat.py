"""The door for OpenAI's clients. In: a conversation. Out: a completion with its sources twice.

The same ``Engine.ask`` as every other door: only the form differs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from fastapi import FastAPI, Request

from index.errors import FilterInvalid
from service.asking.question import DEFAULT_PASSAGES
from service.doors.conversation import question_of
from service.doors.footnotes import footnoted
from service.live import LiveEngine
from service.web.chat_completion import Chat
from service.web.chat_errors import described_errors
from service.web.chat_schema import (
    ChatCompletion,
    ChatModel,
    ChatModels,
    ChatRequest,
    check_model,
)
from service.web.chat_stream import DESCRIBED, chat_lines
from service.web.citations import PATH as CITATIONS
from service.web.metrics import Metrics
from service.web.stream import EventStream

PATH = "/v1/chat/completions"
MODELS = "/v1/models"


def add_chat_routes(app: FastAPI, live: LiveEngine, metrics: Metrics) -> None:
    """Questions in OpenAI's form, and the one model they may name."""

    @app.post(
        PATH,
        response_model=ChatCompletion,
        responses=described_errors(400, 404, 413, 415, 500, 503) | DESCRIBED,
        tags=["openai"],
    )
    def complete(body: ChatRequest, request: Request) -> ChatCompletion | EventStream:
        """Answer the last question of a conversation, with footnotes and annotations."""
        body.check()
        question, previous = question_of([message.turn() for message in body.messages])
        base = str(request.base_url).rstrip("/")
        chat = Chat(body, lambda identity: f"{base}{CITATIONS}/{identity}")
        engine = live.engine()
        if body.stream:
            events = engine.ask_stream(question, DEFAULT_PASSAGES, previous, body.chosen)
            with _named():
                return EventStream(events, metrics.found, partial(chat_lines, chat))
        with _named():
            response = engine.ask(question, DEFAULT_PASSAGES, previous, body.chosen)
        metrics.found(response)
        return chat.completion(footnoted(response, chat.address))

    @app.get(MODELS, responses=described_errors(500), tags=["openai"])
    def models() -> ChatModels:
        """The one model there is."""
        return ChatModels(data=[ChatModel()])

    @app.get(f"{MODELS}/{{model}}", responses=described_errors(404, 500), tags=["openai"])
    def model(model: str) -> ChatModel:
        """The model of this name."""
        check_model(model)
        return ChatModel()


@contextmanager
def _named() -> Iterator[None]:
    """Name the field of a filter that cannot be as it stands in these requests."""
    try:
        yield
    except FilterInvalid as error:
        raise FilterInvalid(f"citewell.{error.field}", error.detail) from error
