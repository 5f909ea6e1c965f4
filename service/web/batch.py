"""Many questions at once. In: a LiveEngine. Out: POST /v1/ask/batch, an answer or a problem each.

The questions are embedded in one pass and answered in their order, in one turn of the queue. One
that cannot be answered has its own problem, and spoils no other.
"""

import logging
from typing import Annotated

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from index.errors import CitewellError
from service.answer import Response
from service.engine import Engine
from service.errors import ClientGone, TurnedAway
from service.live import LiveEngine
from service.web.metrics import Metrics
from service.web.problems import Problem, described_problems, problem_of
from service.web.schema import AskRequest

PATH = "/v1/ask/batch"
MOST_QUESTIONS = 32
MOST_BYTES = 2 * 1024 * 1024  # of the body: so many questions of the longest, each after another
logger = logging.getLogger(__name__)


class BatchRequest(BaseModel):
    """Questions, each as ``POST /v1/ask`` takes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    questions: Annotated[list[AskRequest], Field(min_length=1, max_length=MOST_QUESTIONS)]


class BatchItem(BaseModel):
    """What became of one question: the response of ``POST /v1/ask``, or else the problem."""

    response: Response | None = None
    problem: Problem | None = None


class BatchAnswers(BaseModel):
    """One item for each question, in their order."""

    answers: list[BatchItem]


def add_batch_route(app: FastAPI, live: LiveEngine, metrics: Metrics) -> None:
    """Questions are answered by the dozen."""

    @app.post(PATH, responses=described_problems(400, 413, 415, 422, 503), tags=["answers"])
    def ask_batch(body: BatchRequest, request: Request) -> BatchAnswers:
        """Answer up to 32 questions, each as if it were asked alone, from the same index.

        They share one deadline; those that it leaves no time for have its problem.
        """
        # The gate has counted one request; the rest delays what this caller asks next.
        request.state.charge(len(body.questions) - 1)
        engine = live.engine()
        # Kept by the embedder, so that each finds its vector there.
        live.batching.embed_questions([asked.question for asked in body.questions])
        return BatchAnswers(answers=[_item(engine, asked, metrics) for asked in body.questions])


def _item(engine: Engine, asked: AskRequest, metrics: Metrics) -> BatchItem:
    try:
        response = engine.ask(asked.question, asked.top_k, asked.before, asked.chosen)
    except ClientGone:  # nobody receives the rest
        raise
    except (CitewellError, TurnedAway) as error:
        told = problem_of(error)
        if told.status >= 500:
            logger.error("%s", error)  # noqa: TRY400 - it says what is wrong
        return BatchItem(problem=told)
    metrics.found(response)
    return BatchItem(response=response)
