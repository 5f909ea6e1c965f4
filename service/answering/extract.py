"""The extractive answer. In: passages, their windows, how it was judged. Out: an Answer."""

from collections.abc import Sequence

from index.generation import Index
from service.answer import Answer, CitedPassage
from service.answering.absence import explain
from service.answering.compose import answer_text, quotes_of
from service.answering.judge import Judged
from service.answering.select import Selection, select


def extract(
    question: str,
    index: Index,
    windows: Sequence[Selection],
    passages: tuple[CitedPassage, ...],
    judged: Judged,
) -> Answer:
    """Answer in quotes of the passages, or say why there is no answer.

    ``windows`` are as ``ranked_windows`` gives them; those of what is not among the passages
    are passed over.
    """
    if not judged.confidence or judged.confidence < judged.threshold:
        absence = explain(question, index, passages, judged)
        return Answer(
            "not_found", None, judged.confidence, (), (), signals=judged.signals, absence=absence
        )
    returned = [window for window in windows if window.place < len(passages)]
    quotes = quotes_of(passages, select(returned))
    return Answer(
        verdict="answered",
        text=answer_text(quotes),
        confidence=judged.confidence,
        citations=tuple(dict.fromkeys(quote.citation for quote in quotes)),
        quotes=tuple(quotes),
        signals=judged.signals,
    )
