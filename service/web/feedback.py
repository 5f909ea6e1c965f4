"""The routes of feedback. In: what a reader says of an answer. Out: a receipt; it is on disk;
and all that was said, as a question set.

It needs no leave to edit: readers give it, with a key that reads where keys are demanded. What
all readers have asked is for those who may change documents.
"""

from typing import Annotated

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from index.bypath import IndexTexts
from service.answer import IndexRef
from service.errors import EditingFailed
from service.exporting import as_lines, place_anew, rows_from
from service.feedback import (
    LONGEST_COMMENT,
    MOST_MARKED,
    Feedback,
    FeedbackStore,
    MarkedPlace,
    Said,
    Verdict,
    check_said,
    prove_feedback,
)
from service.live import LiveEngine
from service.web.problems import described_problems
from service.web.schema import WHOLE, Asked

PATH = "/v1/feedback"
QUESTIONS = f"{PATH}/questions"
JSON_LINES = "application/jsonl"
_LONGEST_ID = 200
_FURTHEST = 2**31  # offsets in a document


class PlaceBody(BaseModel):
    """A place that answers: code points of the text that GET /v1/documents/{id} gives. With
    ``sha256`` (a passage's ``document.sha256``) it is refused if the document has changed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: Annotated[str, Field(min_length=1, max_length=_LONGEST_ID)]
    start: Annotated[int, Field(ge=0, le=_FURTHEST), WHOLE]
    end: Annotated[int, Field(ge=1, le=_FURTHEST), WHOLE]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class FeedbackRequest(BaseModel):
    """A verdict on an answer, and the places that answer; "unanswerable" says that the
    documents do not answer the question."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "question": "Which port did the Soviets want on the Baltic?",
                    "verdict": "wrong",
                    "answer_id": "a_6b1dbc52bdec1191",
                    "passages": [{"document": "d_58a193c41600144b", "start": 10009, "end": 10060}],
                    "comment": "It is the sentence before.",
                }
            ]
        },
    )

    question: Asked
    verdict: Verdict
    answer_id: Annotated[str, Field(min_length=1, max_length=_LONGEST_ID)] | None = None
    passages: Annotated[list[PlaceBody], Field(max_length=MOST_MARKED)] = []
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] | None = None

    def said(self) -> Said:
        """The same without the form of HTTP."""
        return Said(
            question=self.question,
            verdict=self.verdict,
            places=tuple(
                MarkedPlace(each.document, each.start, each.end, each.sha256)
                for each in self.passages
            ),
            answer_id=self.answer_id,
            comment=self.comment,
        )


class FeedbackReceipt(BaseModel):
    """What was kept: the record's id, when (UTC), and the index its places were read from."""

    id: str
    created: str
    index: IndexRef


def add_feedback_route(app: FastAPI, live: LiveEngine) -> None:
    """Feedback is taken and kept beside the index."""
    store = FeedbackStore.of(live.settings.index)

    @app.post(
        PATH,
        status_code=201,
        responses=described_problems(400, 403, 413, 415, 422, 500, 503),
        tags=["feedback"],
    )
    def give(body: FeedbackRequest) -> FeedbackReceipt:
        """Say whether an answer was right, and which places answer."""
        said = body.said()
        check_said(said)
        kept = _keep(said, store, live)
        return FeedbackReceipt(id=kept.id, created=kept.created, index=kept.index)


def add_export_route(app: FastAPI, live: LiveEngine) -> None:
    """Feedback is given as a question set."""
    store = FeedbackStore.of(live.settings.index)

    @app.get(
        QUESTIONS,
        response_class=PlainTextResponse,
        responses={
            **described_problems(503),
            200: {
                "content": {JSON_LINES: {"schema": {"type": "string"}}},
                "description": "JSON Lines; empty where no feedback tells what is right",
            },
        },
        tags=["feedback"],
    )
    def export() -> PlainTextResponse:
        """The question set that feedback makes, for `citewell eval`."""
        texts = IndexTexts(live.engine().index)
        placed = place_anew(store.read().feedback, texts.get)
        lines = as_lines(rows_from(placed.feedback).rows)
        named = {"Content-Disposition": 'attachment; filename="feedback-questions.jsonl"'}
        return PlainTextResponse(lines, headers=named, media_type=JSON_LINES)


def _keep(said: Said, store: FeedbackStore, live: LiveEngine) -> Feedback:
    try:
        return store.append(lambda: prove_feedback(said, live.engine()))
    except OSError as error:
        raise EditingFailed(
            f"the feedback could not be written ({error}); check the disk and that the service "
            "may write beside the index's folder"
        ) from error
