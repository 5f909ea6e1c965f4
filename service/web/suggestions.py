"""The route of first questions. In: a LiveEngine. Out: questions that its index answers."""

from fastapi import FastAPI

from service.live import LiveEngine
from service.suggested import Suggester, Suggestions
from service.web.problems import described_problems

PATH = "/v1/suggestions"


def add_suggestion_route(app: FastAPI, live: LiveEngine) -> None:
    """First questions are suggested, found when they are first asked for."""
    suggester = Suggester()

    @app.get(
        PATH,
        response_model=Suggestions,
        responses=described_problems(500, 503),
        tags=["answers"],
    )
    def suggestions() -> Suggestions:
        """Questions for a first reader, each answered from the documents when it was tried; found
        once for each state of the index, which takes as long as some ten questions."""
        return suggester.of(live.engine())
