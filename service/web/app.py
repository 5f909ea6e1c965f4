"""The HTTP application. In: a LiveEngine. Out: an ASGI application with API and page.

Routes are plain functions, which FastAPI runs in its thread pool: embedding and search
release no event loop.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from starlette.types import ASGIApp

from index.errors import IndexUnusable
from index.present import check_present
from service.answer import Response, Retrieval
from service.editor import PATIENCE, Editor
from service.live import LiveEngine
from service.settings import Settings
from service.watching.request import Watcher
from service.web.batch import MOST_BYTES as BATCH_BYTES
from service.web.batch import PATH as BATCH
from service.web.batch import add_batch_route
from service.web.chat import PATH as CHAT
from service.web.chat import add_chat_routes
from service.web.chat_errors import openai_errors
from service.web.chat_schema import MOST_BYTES
from service.web.citations import add_citation_route
from service.web.conditional import Conditional, describe_tags
from service.web.described import describe
from service.web.documents import add_document_routes
from service.web.feedback import add_export_route, add_feedback_route
from service.web.gate.scopes import describe_access
from service.web.guard import Gate, Guard
from service.web.heads import HeadAsGet
from service.web.listing import PATH as DOCUMENTS
from service.web.metrics import MEDIA_TYPE, Metrics
from service.web.observed import Observed
from service.web.pagefiles import PAGE, PageFile, PageFiles
from service.web.plain.routes import ASK as PLAIN_ASK
from service.web.plain.routes import add_plain_routes, plain_errors
from service.web.problems import add_problem_handlers, described_problems, problem_schemas
from service.web.report import add_report_route
from service.web.schema import AskRequest, Health
from service.web.state import add_state_route
from service.web.stopping import FinishBegun, Stopping
from service.web.stream import DESCRIBED, EventStream, is_wanted
from service.web.suggestions import PATH as SUGGESTIONS
from service.web.suggestions import add_suggestion_route
from service.web.turns import TakeTurns, Turns

QUESTIONS = {
    ("POST", "/v1/ask"),
    ("POST", BATCH),
    ("POST", "/v1/retrieve"),
    ("POST", CHAT),
    ("POST", PLAIN_ASK),
    ("GET", SUGGESTIONS),
}  # what waits for its turn


def create_app(
    live: LiveEngine, patience: float = PATIENCE, watcher: Watcher | None = None
) -> "_Application":
    """The application that answers from ``live``; a change waits ``patience`` seconds for
    another process that is writing the index, and ``watcher`` is told of each request."""
    metrics = Metrics()
    app = _Application(
        live.settings,
        metrics,
        watcher,
        title="citewell",
        version=version("citewell"),
        summary="Answers from your own documents, every citation proved.",
        docs_url=None,
        redoc_url=None,
    )
    metrics.watch(app.turns, live.batching)
    add_problem_handlers(app)
    _add_answers(app, live, metrics)
    add_batch_route(app, live, metrics)
    add_chat_routes(app, live, metrics)
    add_citation_route(app, live)
    add_document_routes(app, live, Editor(live, patience), metrics)
    add_feedback_route(app, live)
    add_export_route(app, live)
    add_report_route(app, live)
    add_state_route(app, live)
    add_suggestion_route(app, live)
    _add_health(app, live)
    _add_metrics(app, live, metrics)
    add_plain_routes(app, live, metrics)
    _add_page(app)
    return app


class _Application(FastAPI):
    """FastAPI inside the guard, so that even its answer to an unexpected error is guarded.

    ``own_numbers`` gives the numbers of this process for Prometheus, ``numbers`` those that are
    told to who asks: the same, unless there are other workers.
    """

    own_numbers: Callable[[], bytes]
    numbers: Callable[[], bytes]

    def __init__(
        self, chosen: Settings, metrics: Metrics, watcher: Watcher | None, **settings: str | None
    ) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self._metrics = metrics
        self._watcher = watcher
        self.stopping = Stopping()
        self._gate = Gate(chosen, self.stopping)
        self._deadline = chosen.deadline_s
        self._tells = chosen.log_questions
        self.turns = Turns(chosen.at_once, chosen.waiting)

    def build_middleware_stack(self) -> ASGIApp:
        app = super().build_middleware_stack()
        guarded = Guard(
            TakeTurns(Conditional(app), self.turns, self._deadline, QUESTIONS),
            self._gate,
            limited={("POST", DOCUMENTS)},
            longer={("POST", CHAT): MOST_BYTES, ("POST", BATCH): BATCH_BYTES},
        )
        answered = HeadAsGet(plain_errors(openai_errors(FinishBegun(guarded, self.stopping))))
        return Observed(answered, self._metrics, self._watcher, questions=self._tells)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            document["components"]["schemas"].update(problem_schemas())
            describe_access(document)
            describe_tags(document)
            describe(document)
        return super().openapi()


def _add_answers(app: FastAPI, live: LiveEngine, metrics: Metrics) -> None:
    problems = described_problems(400, 413, 415, 422, 500, 503)

    described = problems | DESCRIBED

    @app.post("/v1/ask", response_model=Response, responses=described, tags=["answers"])
    def ask(body: AskRequest, request: Request) -> Response | EventStream:
        """Answer a question from the documents, with proved passages."""
        engine = live.engine()
        if is_wanted(request.headers.get("accept")):
            events = engine.ask_stream(body.question, body.top_k, body.before, body.chosen)
            return EventStream(events, metrics.found)
        response = engine.ask(body.question, body.top_k, body.before, body.chosen)
        metrics.found(response)
        return response

    @app.post("/v1/retrieve", response_model=Retrieval, responses=problems, tags=["answers"])
    def retrieve(body: AskRequest) -> Retrieval:
        """The proved passages for a question, without an answer."""
        retrieval = live.engine().retrieve(body.question, body.top_k, body.before, body.chosen)
        metrics.found(retrieval)
        return retrieval


def _add_health(app: FastAPI, live: LiveEngine) -> None:
    @app.get("/healthz", tags=["health"])
    async def alive() -> Health:
        """Whether the process answers at all."""
        return Health(status="alive")

    @app.get("/readyz", responses=described_problems(503), tags=["health"])
    def ready() -> Health:
        """Whether questions can be answered: the index is there and usable."""
        engine = live.engine()
        check_present(live.settings.index)
        return Health(status="ready", index=engine.ref)


def _add_metrics(app: "_Application", live: LiveEngine, metrics: Metrics) -> None:
    def own() -> bytes:
        try:
            engine = live.engine()
        except IndexUnusable:
            engine = None
        return metrics.text(engine)

    app.own_numbers = app.numbers = own

    @app.get("/metrics", response_class=PlainTextResponse, tags=["health"])
    def numbers() -> PlainTextResponse:
        """Counts and times for Prometheus; answers also while there is no index."""
        return PlainTextResponse(app.numbers(), media_type=MEDIA_TYPE)


def _add_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def page() -> PageFile:
        return PageFile(PAGE / "index.html")

    app.mount("/page", PageFiles(directory=PAGE), name="page")
