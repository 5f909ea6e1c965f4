"""A conversation as a question after another. In: its turns. Out: a question, what came before.

The last turn of a user is the question, and the last one of a user before it the earlier
question; what was cited then is read from the assistant's turns between them, so that nothing
of a conversation has to be kept here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.asking.previous import MOST_CITATIONS, Previous
from service.asking.question import check_question
from service.citing.reference import parse_reference
from service.errors import ChatInvalid, QuestionInvalid

_FOOTNOTE = re.compile(r"(?:- )?\[\d+\] ")
_IDENTITY = re.compile(r"p_[0-9a-f_]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one of them said. ``other`` is the first kind of content that is no text, if any;
    ``links`` are the addresses that its annotations lead to."""

    role: str
    text: str
    other: str | None = None
    links: tuple[str, ...] = ()


def question_of(turns: Sequence[Turn]) -> tuple[str, Previous | None]:
    """The question, and the one before with what its answer cited, if there is one.

    An earlier question that cannot be asked, as when it was refused, is left out. Raises
    ``ChatInvalid``, naming the message, when nobody asks or the question cannot be asked.
    """
    asking = [place for place, turn in enumerate(turns) if turn.role == "user"]
    if not asking:
        raise ChatInvalid("messages", "no message has the role user; the last such is the question")
    _check(turns[asking[-1]], f"messages.{asking[-1]}.content")
    question = turns[asking[-1]].text
    if len(asking) == 1 or not _is_askable(turns[asking[-2]].text):
        return question, None
    answers = [turn for turn in turns[asking[-2] : asking[-1]] if turn.role == "assistant"]
    return question, Previous(turns[asking[-2]].text, cited_in(answers))


def cited_in(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The ids of what turns cite, each once: by their footnotes, or else their annotations."""
    found = [identity for turn in turns for identity in _footnoted(turn.text)]
    found = found or [one for turn in turns for link in turn.links for one in _last_id(link)]
    return tuple(dict.fromkeys(found))[:MOST_CITATIONS]


def _check(turn: Turn, field: str) -> None:
    if turn.other is not None:
        raise ChatInvalid(
            field, f"holds a part of type {turn.other!r}; only text can be asked, so leave it out"
        )
    try:
        check_question(turn.text, top_k=1)
    except QuestionInvalid as error:
        raise ChatInvalid(field, error.detail) from error


def _is_askable(text: str) -> bool:
    try:
        check_question(text, top_k=1)
    except QuestionInvalid:
        return False
    return True


def _footnoted(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if _FOOTNOTE.match(line):
            yield from _last_id(line)


def _last_id(text: str) -> list[str]:
    """The last citation's id in a text, as a list of one; a path before it may look like one."""
    found = [identity for identity in _IDENTITY.findall(text) if parse_reference(identity)]
    return found[-1:]
