"""Whether a question is answered. In: the question, its signals. Out: how it was judged."""

from dataclasses import dataclass

from index.generation import Index
from service.answering.confidence import Calibration
from service.answering.limit import Limit
from service.answering.signals import is_held
from service.asking.language import asks_nothing, other_language, own_words


@dataclass(frozen=True, slots=True)
class Judged:
    """How a question was judged: its confidence, what it had to reach, and its signals."""

    confidence: float
    threshold: float
    signals: dict[str, float]


def judge(
    question: str, index: Index, signals: dict[str, float], calibration: Calibration, limit: Limit
) -> Judged:
    """The confidence is that of the calibration, but 0 where nothing can answer, whatever was
    found; what it has to reach may rise and fall with the signals."""
    chance = calibration.question.probability(signals)
    confidence = 0.0 if is_unanswerable(question, index) else round(chance, 4)
    return Judged(confidence, limit.of(signals), signals)


def is_unanswerable(question: str, index: Index) -> bool:
    """Whether nothing can answer it, whatever was found: no passage, nothing is asked, or it is
    in another language and no document holds a word of it."""
    return not index.extent.passages or asks_nothing(question) or _is_foreign(question, index)


def _is_foreign(question: str, index: Index) -> bool:
    # The reader, which knows English alone, tells nothing of such a question; names are words.
    language = other_language(question)
    return language is not None and not any(
        is_held(word, index) for word in own_words(question, language)
    )
