"""The written answer. In: a question, its passages, a language model. Out: an Answer.

Nothing that the language model writes is sent unchecked: a sentence leaves when it is whole,
names only passages that were given, and is supported by them. When that fails, or the
endpoint does, the answer is the extractive one, with a notice.
"""

import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Protocol

from service.answer import Answer, AnswerSentence, Event, Retrieval
from service.errors import ComposedInPart, NotComposed
from service.settings import Settings
from service.writing.markers import SentenceReader, Written
from service.writing.prompt import NOT_FOUND, Prompt, make_prompt
from service.writing.support import is_supported

UNSUPPORTED = "[unsupported]"  # after such a sentence, where it is marked and not dropped
logger = logging.getLogger(__name__)


class Writer(Protocol):
    """Anything that answers messages in OpenAI's form with text, piece by piece.

    It raises ``NotComposed`` when it cannot, and ``ComposedInPart`` after the last piece of an
    answer that was cut.
    """

    def write(self, messages: Sequence[Mapping[str, str]]) -> Generator[str, None, None]:
        """The pieces; closing the generator ends the work."""
        ...


def named_writer(settings: Settings) -> Writer | None:
    """The endpoint that the settings name, if they name one."""
    if settings.llm_url is None:
        return None
    # Imported here: who has no endpoint does without httpx's import time.
    from service.writing.endpoint import Endpoint  # noqa: PLC0415

    return Endpoint(settings)


@dataclass(slots=True)
class _Draft:
    """What came of the answer so far; ``cut`` is why its end is missing."""

    sentences: list[AnswerSentence] = field(default_factory=list)
    dropped: int = 0
    cut: str | None = None
    not_found: bool = False


def write_answer(
    retrieval: Retrieval, extractive: Answer, writer: Writer, settings: Settings
) -> Generator[Event, None, Answer]:
    """Each sentence as soon as it is checked, as an event; returns the answer.

    The sentences count only if the answer is ``composed``: what follows may take them back.
    """
    draft = _Draft()
    try:
        prompt = make_prompt(retrieval.question, retrieval.passages, settings.llm_tokens)
        with closing(writer.write(prompt.messages)) as pieces:
            for sentence in _checked(retrieval.question, prompt, pieces, draft):
                if sentence.supported or settings.llm_unsupported == "mark":
                    draft.sentences.append(sentence)
                    yield "sentence", sentence
                else:
                    draft.dropped += 1
        return _composed(draft, prompt, extractive)
    except NotComposed as error:
        logger.warning("an answer is made of quotes: %s", error)
        return replace(extractive, notice=f"quotes instead of a written answer: {error}")


def _checked(
    question: str, prompt: Prompt, pieces: Iterator[str], draft: _Draft
) -> Iterator[AnswerSentence]:
    texts = {given.rank: given.text for given in prompt.given}
    for number, written in enumerate(_written(pieces, draft)):
        if number == 0 and written.text.strip(".!*\"' ").upper() == NOT_FOUND:
            draft.not_found = True
            return
        invented = [rank for rank in written.citations if rank not in texts]
        if invented:
            raise NotComposed(
                f"the language model cited passage {invented[0]}, which it was not given; "
                "read the passages"
            )
        cited = [texts[rank] for rank in written.citations]
        supported = is_supported(written.text, cited, question)
        yield AnswerSentence(written.text, written.citations, supported)


def _written(pieces: Iterator[str], draft: _Draft) -> Iterator[Written]:
    reader = SentenceReader()
    try:
        for piece in pieces:
            yield from reader.feed(piece)
    except ComposedInPart as error:
        draft.cut = str(error)
        return  # what is left in the reader has no end
    yield from reader.end()


def _composed(draft: _Draft, prompt: Prompt, extractive: Answer) -> Answer:
    if draft.not_found:
        notice = "the language model found no answer in the passages"
        told = "; ".join(filter(None, [notice, prompt.notice]))
        return replace(
            extractive,
            verdict="not_found",
            text=None,
            citations=(),
            quotes=(),
            composed=True,
            notice=told,
        )
    if not any(sentence.supported for sentence in draft.sentences):
        wrote = draft.sentences or draft.dropped
        raise NotComposed(
            "the language model wrote nothing that the passages it cites support; read the passages"
            if wrote
            else draft.cut or "the language model wrote nothing; look into its endpoint's log"
        )
    notices = filter(None, [_unsupported(draft), draft.cut, prompt.notice])
    return replace(
        extractive,
        text=" ".join(map(marked_sentence, draft.sentences)),
        citations=tuple(dict.fromkeys(n for s in draft.sentences for n in s.citations)),
        composed=True,
        notice="; ".join(notices) or None,
        sentences=tuple(draft.sentences),
    )


def _unsupported(draft: _Draft) -> str | None:
    marked = sum(not sentence.supported for sentence in draft.sentences)
    count = len(draft.sentences) + draft.dropped
    if not marked and not draft.dropped:
        return None
    what = f"{marked} of {count} marked" if marked else f"{draft.dropped} of {count} left out"
    return f"sentences that the passages they cite do not support: {what}"


def marked_sentence(sentence: AnswerSentence) -> str:
    """A sentence as it stands in the answer: followed by its citations, and marked if need be."""
    markers = "".join(f"[{rank}]" for rank in sentence.citations)
    mark = "" if sentence.supported else UNSUPPORTED
    return " ".join(filter(None, [sentence.text, markers, mark]))
