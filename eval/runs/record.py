"""What a run keeps. In: nothing. Out: frozen records.

Measures are no part of it: they are worked out from the records, so that runs of different
versions are always compared by the same definitions.
"""

from dataclasses import dataclass
from typing import Any

from eval.questions.place import Place
from eval.questions.question import Question
from service.answer import Response


@dataclass(frozen=True, slots=True)
class Record:
    """One question with what came of it: a response, or the error in words.

    ``seconds`` is wall time as the asker saw it. Of the ``citations`` (passages and the
    answer's quotes), ``verified`` were found, verbatim, in the document that was read again.
    """

    question: Question
    places: tuple[Place, ...]
    response: Response | None
    error: str | None
    seconds: float
    citations: int
    verified: int

    @property
    def milliseconds(self) -> float:
        """``seconds`` as they are shown."""
        return 1000 * self.seconds


@dataclass(frozen=True, slots=True)
class Source:
    """What answers the questions: an engine in this process, or a server, then with ``url``.

    What a server does not tell is None.
    """

    index_generation: int
    index_digest: str
    model: str | None
    settings: dict[str, Any] | None
    url: str | None
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What produced a run. ``finished`` is None while questions are left; times are UTC."""

    command: str
    created: str
    finished: str | None
    questions: str
    questions_sha256: str
    asked: int
    top_k: int
    source: Source


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run; records stand in the order of the question set."""

    facts: RunFacts
    records: tuple[Record, ...]
