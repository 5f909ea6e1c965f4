"""Why there is no answer. In: a question that is not answered, its signals. Out: an Absence.

The reason is the most telling that applies; the sentence says what was looked at, why it was
not enough, and what one may try.
"""

from collections.abc import Iterator

from index.counted import counted
from index.generation import Index
from index.terms import terms
from index.terms import words as folded_words
from service.answer import Absence, AbsenceReason, CitedPassage
from service.answering.judge import Judged
from service.answering.signals import is_held, unknown_names
from service.asking.kind import question_kind, words
from service.asking.language import asks_nothing, other_language
from service.asking.question import content_words

_MOST_SHOWN = 5  # words


def explain(
    question: str, index: Index, passages: tuple[CitedPassage, ...], judged: Judged
) -> Absence:
    """What to say instead of an answer."""
    searched = index.extent
    unknown = _unknown_words(question, index)
    reason, sentence = next(_reasons(question, index, unknown, judged))
    looked = ""
    if passages:
        best = passages[0]
        looked = (
            f" Of {counted(searched.passages, 'passage')} in "
            f"{counted(searched.documents, 'document')} the nearest is in "
            f"{best.document.path}; the confidence that it answers is {judged.confidence:.2f}, and "
            f"{judged.threshold:.2f} is needed."
        )
    return Absence(
        reason=reason,
        explanation=sentence + _left_out(index) + looked,
        documents=searched.documents,
        passages=searched.passages,
        unknown_words=unknown,
        threshold=judged.threshold,
        excluded_by=searched.excluded_by,
    )


def _reasons(
    question: str, index: Index, unknown: tuple[str, ...], judged: Judged
) -> Iterator[tuple[AbsenceReason, str]]:
    """Every reason that applies with its sentence, the most telling first."""
    if not index.manifest.counts.passages:
        yield "empty_index", "The index holds no text; add documents with `citewell add`."
    if not index.extent.passages:
        yield "no_document", "No document is left to look in; widen the filter."
    if asks_nothing(question):
        yield "no_question", "This asks for nothing that documents could answer; ask a question."
    language = other_language(question)
    if language:
        yield (
            "other_language",
            f"The question seems to be in another language ({language}) than the English that "
            "questions are understood in; ask it in English.",
        )
    if not judged.signals["related"] and not judged.signals["coverage"]:
        yield "nothing_matches", "No document holds any word of the question, or one like it."
    if judged.signals["possible"] == 0:
        yield "form", "A year or a day is asked for, and the documents hold no digits at all."
    strange = unknown_names(question, index)
    if strange:
        yield "unknown_names", f"No document mentions {_listed(strange)}."
    if judged.signals["typed"] == 0:
        kind = question_kind(question)
        yield "no_such_thing", f"The nearest texts hold nothing of the kind asked for ({kind})."
    missing = f" No document holds {_listed(unknown)}." if unknown else ""
    yield "too_weak", f"What was found is too unlike an answer to the question.{missing}"


def _left_out(index: Index) -> str:
    """How much of the index a filter has left out, and by which conditions."""
    by = index.extent.excluded_by
    if not by:
        return ""
    total = index.manifest.counts.documents
    each = ", ".join(f"{name} {count}" for name, count in by.items())
    alone = f" (each alone: {each})" if len(by) > 1 else ""
    left_out = total - index.extent.documents
    return f" The filter leaves out {left_out} of {counted(total, 'document')}{alone}."


def _unknown_words(question: str, index: Index) -> tuple[str, ...]:
    """The content words of the question that no document holds, as they are written."""
    content = content_words(folded_words(question))
    spelt = {tuple(terms(word)): word for word in words(question)}
    return tuple(
        word
        for found, word in spelt.items()
        if not content.keys().isdisjoint(found) and not is_held(word, index)
    )


def _listed(found: tuple[str, ...]) -> str:
    shown = ", ".join(found[:_MOST_SHOWN])
    return f"{shown} and others" if len(found) > _MOST_SHOWN else shown
