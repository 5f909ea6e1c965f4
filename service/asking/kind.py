"""What a question asks for. In: a question. Out: its kind, and the names in it.

By the closed-class words of English alone (who, where, how many, ...), never by words of some
corpus. A question of another language, or without such a word, is of the kind ``other``.
"""

import re
from typing import Literal

from service.asking.question import is_function_word

Kind = Literal["person", "place", "day", "time", "quantity", "cause", "saying", "other"]

_SAID = (
    r"(what|how) (did|does|do|had|has|was|were) .{0,60}\b(say|said|tell|told|claim|claimed|argue"
    r"|argued|reply|replied|answer|answered|remark|warn|warned|write|wrote|call|called|describe"
    r"|described|state|stated)\b"
)
_COUNTED = (
    r"how (many|much|long|old|far|tall|high|large|big|often|soon|wide|deep|vast|fast|heavy)\b"
    r"|(what|which) (number|percentage|percent|share|proportion|fraction|amount|size|age|population"
    r"|factor)\b|number of\b"
)
_PLACES = r"where\b|(what|which) (city|country|town|place|state|region|river|island|village)\b"
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("quantity", _COUNTED),
    ("day", r"(what|which|exact) (year|date|day(?! of the week))\b|(year|date) of\b"),
    ("time", r"when\b|(what|which) (century|decade|month|season|day)\b"),
    ("cause", r"why\b|(what|which) (reason|cause)s?\b|how come\b"),
    ("saying", _SAID),
    ("person", r"who(m|se)?\b|(what|which) (person|man|woman)\b"),
    ("place", _PLACES),
)
_FORMS = tuple((kind, re.compile(rf"\b(?:{form})", re.IGNORECASE)) for kind, form in _KINDS)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTENED = re.compile(r"['’](?:s|re|ll|d|ve|m)$")
_MOSTLY = 0.6  # of the words in capitals: then capitals mark no names


def question_kind(question: str) -> Kind:
    """The kind of thing that is asked for; of several the first in the order above."""
    return next((kind for kind, form in _FORMS if form.search(question)), "other")


def words(text: str) -> list[str]:
    """The words of a text as they stand; what hyphens and apostrophes join is one."""
    return _WORD.findall(text)


def names(question: str) -> tuple[str, ...]:
    """The words that name something: those with a capital after the first word, and numbers.

    None when most words have capitals, as in a title or a shout.
    """
    found = words(question)
    capitals = [word for word in found[1:] if word[0].isupper()]
    if len(capitals) > _MOSTLY * len(found):
        capitals = []
    capitals = [word for word in capitals if not _says_nothing(word)]
    return tuple(word for word in found if word in capitals or any(char.isdigit() for char in word))


def _says_nothing(word: str) -> bool:
    """Whether it is a function word, by itself or shortened: I, I'm, The; not O'Neil."""
    whole = _SHORTENED.sub("", word.lower())
    return is_function_word(re.sub("['’]", "", whole))
