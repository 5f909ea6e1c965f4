"""The routes without JavaScript. In: a LiveEngine. Out: answers and documents as pages.

They ask the same engine and resolve the same citations as the API; only the form differs.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Form, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp

from index.earlier import EarlierTexts
from index.library import Texts
from index.passage import Span
from service.asking.previous import Previous
from service.citing.marked import marked
from service.citing.resolve import read_reference, resolve
from service.citing.resolved import ResolvedCitation
from service.live import LiveEngine
from service.web.metrics import Metrics
from service.web.plain.render import render
from service.web.plain.windows import Window, before, window
from service.web.report import PATH as REPORT
from service.web.reworded import Reworded, Rewording

ROOT = "/plain"
ASK = f"{ROOT}/ask"
_MARK = re.compile(r"(\d{1,12})-(\d{1,12})")
_LARGEST = 2**31


class AskForm(BaseModel):
    """What the form sends: a question, and the one before it with what its answer cited."""

    model_config = ConfigDict(extra="forbid")

    question: str = ""  # a form leaves an empty field out, which the engine then refuses
    previous: str | None = None
    cited: list[str] = []

    @property
    def asked(self) -> str:
        """The question as it was typed: forms send each line's end as CR LF."""
        return self.question.replace("\r\n", "\n").strip()

    @property
    def before(self) -> Previous | None:
        """The question before, as the engine takes it."""
        if self.previous is None:
            return None
        return Previous(self.previous.replace("\r\n", "\n"), tuple(self.cited))


def add_plain_routes(app: FastAPI, live: LiveEngine, metrics: Metrics) -> None:
    """Questions are answered, and citations opened, by pages without script."""
    earlier = EarlierTexts(live.settings.index)

    @app.post(ASK, include_in_schema=False)
    def ask(form: Annotated[AskForm, Form()]) -> HTMLResponse:
        response = live.engine().ask(form.asked, previous=form.before)
        metrics.found(response)
        return HTMLResponse(render("answer", response=response))

    @app.get(f"{ROOT}/citations/{{citation_id}}", include_in_schema=False)
    def citation(
        citation_id: str,
        mark: Annotated[str, Query(max_length=1000)] = "",
        at: Annotated[int | None, Query(ge=0, le=_LARGEST)] = None,
    ) -> HTMLResponse:
        index = live.engine().index
        cited = resolve(read_reference(citation_id), index, earlier)
        marks = [Span(int(start), int(end)) for start, end in _MARK.findall(mark)]
        stated = ",".join(f"{span.start}-{span.end}" for span in marks)
        shown = _window(index.texts, cited, marks, at) if cited.now else None
        alone = marked(cited.text, cited.start, [Span(cited.start, cited.end)], marks)
        page = render("passage", cited=cited, window=shown, alone=alone, mark=stated)
        return HTMLResponse(page)


def _window(texts: Texts, cited: ResolvedCitation, marks: Sequence[Span], at: int | None) -> Window:
    """The document as it is now, where it has the passage; marks move with it."""
    place = cited.now[0]
    by = place.start - cited.start
    moved = [Span(mark.start + by, mark.end + by) for mark in marks]
    begin = before(place) if at is None else at
    return window(texts, cited.document.id, place, moved, begin)


def plain_errors(app: ASGIApp) -> Rewording:
    """The application whose problems on these paths, and on that of the report, are pages."""
    return Rewording(app, (ROOT, REPORT), _page)


_HEADINGS = {
    401: "This service asks for a key",
    404: "Not found",
    422: "This cannot be answered",
    503: "Not at the moment",
}


def _page(status: int, problem: dict[str, Any]) -> Reworded:
    title = _HEADINGS.get(status, problem["title"])
    html = render("problem", title=title, detail=problem["detail"], needs_key=status == 401)
    return Reworded(status, "text/html; charset=utf-8", html.encode())
