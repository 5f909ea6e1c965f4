"""The route of citations. In: a citation's id. Out: the text it cites, and how that stands."""

import logging

from fastapi import FastAPI

from index.earlier import EarlierTexts
from service.citing.resolve import read_reference, resolve
from service.citing.resolved import ResolvedCitation
from service.errors import CitationMismatch
from service.live import LiveEngine
from service.web.problems import described_problems

PATH = "/v1/citations"
logger = logging.getLogger(__name__)


def add_citation_route(app: FastAPI, live: LiveEngine) -> None:
    """A citation is resolved for as long as a generation holds it."""
    earlier = EarlierTexts(live.settings.index)

    @app.get(
        f"{PATH}/{{citation_id}}",
        response_model=ResolvedCitation,
        responses=described_problems(404, 422, 500, 503),
        tags=["answers"],
    )
    def citation(citation_id: str) -> ResolvedCitation:
        """The text of a passage by its id, proved, and whether the document still holds it."""
        try:
            return resolve(read_reference(citation_id), live.engine().index, earlier)
        except CitationMismatch:
            logger.exception("a citation was not sent")
            raise
