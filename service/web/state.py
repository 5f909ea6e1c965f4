"""The route of the index. In: a LiveEngine. Out: what answers, how much of it, since when."""

from typing import Annotated

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field

from service.answer import IndexRef
from service.errors import EditingRefused
from service.keys.key import Key
from service.live import LiveEngine
from service.settings import Settings
from service.web.editing import check_editing
from service.web.problems import described_problems
from service.web.report import PATH as REPORT
from service.web.report import has_report


class IndexState(BaseModel):
    """The generation that answers: when it was made (UTC), how many documents, passages and
    tokens it has, and the model that embeds. ``editable`` tells whether this caller may change
    documents, ``report`` where the evaluation report is, if there is one; not where keys are
    demanded, as a link sends none."""

    index: IndexRef
    created: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    documents: int
    passages: int
    tokens: int
    model: str
    editable: bool
    report: str | None


def add_state_route(app: FastAPI, live: LiveEngine) -> None:
    """The state of the index is told."""

    @app.get("/v1/index", responses=described_problems(503), tags=["documents"])
    def state(request: Request) -> IndexState:
        """What the index holds, since when, and whether the caller may change it."""
        engine = live.engine()
        manifest = engine.index.manifest
        return IndexState(
            index=engine.ref,
            created=manifest.created,
            documents=manifest.counts.documents,
            passages=manifest.counts.passages,
            tokens=manifest.counts.tokens,
            model=manifest.embedder.name,
            editable=_may_edit(live.settings, request.state.key),
            report=REPORT if _has_link(live.settings, request.state.key) else None,
        )


def _may_edit(settings: Settings, key: Key | None) -> bool:
    try:
        check_editing(settings, key)
    except EditingRefused:
        return False
    return key is None or key.scope == "write"


def _has_link(settings: Settings, key: Key | None) -> bool:
    return key is None and has_report(settings.report)
