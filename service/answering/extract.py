"""The extractive answer. In: proved passages, how the question was judged. Out: an Answer."""

from collections.abc import Sequence
from dataclasses import replace

from index.generation import Index
from service.answer import Answer, CitedPassage
from service.answering.absence import Judged, explain, is_unanswerable
from service.answering.compose import answer_text, quotes_of
from service.answering.select import ranked_windows, select
from service.citing.prove import Proved


def extract(
    question: str,
    index: Index,
    proved: Sequence[Proved],
    passages: tuple[CitedPassage, ...],
    judged: Judged,
) -> Answer:
    """Answer in quotes of the passages, or say why there is no answer.

    ``proved`` are what the passages are of, in their order. The confidence is 0 where nothing
    can answer, whatever was found.
    """
    if is_unanswerable(question, index):
        judged = replace(judged, confidence=0.0)
    if not judged.confidence or judged.confidence < judged.threshold:
        absence = explain(question, index, passages, judged)
        return Answer(
            "not_found", None, judged.confidence, (), (), signals=judged.signals, absence=absence
        )
    quotes = quotes_of(passages, select(ranked_windows(question, proved)))
    return Answer(
        verdict="answered",
        text=answer_text(quotes),
        confidence=judged.confidence,
        citations=tuple(dict.fromkeys(quote.citation for quote in quotes)),
        quotes=tuple(quotes),
        signals=judged.signals,
    )
