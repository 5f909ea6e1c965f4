"""Whether a question leans on the one before. In: a question, the earlier one. Out: yes or no.

A question leans when it cannot be understood alone: a pronoun or "there" points at nothing in
it, it begins where another ended ("and the price?"), or it has no content word. Judged by the
closed classes of English words and the order of words alone, without a parser and without a
list of what the documents are about; a question that names its own subject stands alone,
whatever was asked before. Pronouns and ellipsis are what questions in conversations lack most
(Dalton et al. 2020, "TREC CAsT 2019").
"""

from collections.abc import Sequence

from index.terms import stem
from service.asking.clauses import (
    ASKING,
    AUXILIARIES,
    BE,
    DETERMINERS,
    DO,
    PARTICLES,
    PREPOSITIONS,
    SUBORDINATORS,
    Word,
    listed,
    words_of,
)

_FEW = 2  # content words of what is still a fragment
_SUBJECTS = listed("he she they it")
_OBJECTS = listed("him them it her hers theirs")
_POSSESSIVES = listed("his her its their")
_HAVE = listed("has have had")  # also the verb: "which town has its own port"
_TAKES_IT = listed("take takes cost costs matter mean seem pay help hurt")
_EXCEPTED = listed("besides apart than except beyond")
_LAST = listed(
    "too either else afterwards afterward thereafter thereupon meanwhile next later earlier before "
    "beforehand after again instead one ones"
)
_ORDINALS = listed("first second third fourth last")
_TIMES = listed("year years week month day days century morning evening")


def leans(question: str, earlier: str = "") -> bool:
    """Whether the question needs the earlier one to be understood."""
    words = words_of(question)
    return (
        not any(word.content for word in words)
        or _is_fragment(words, asks=question.rstrip().endswith("?"))
        or any(_points_back(words, place) for place in range(len(words)))
        or _names_again(words, earlier)
    )


def _is_fragment(words: Sequence[Word], *, asks: bool) -> bool:
    """Whether it goes on where another question ended."""
    first = words[0].text
    content = sum(word.content for word in words)
    if [word.text for word in words[:2]] in (["what", "about"], ["how", "about"]):
        return True
    if first in ("and", "but", "or", "nor"):
        return content <= _FEW
    whole = any(word.text in AUXILIARIES | ASKING for word in words)
    most = _FEW if first in PREPOSITIONS | DETERMINERS else 1
    return asks and not whole and content <= most


def _points_back(words: Sequence[Word], place: int) -> bool:
    """Whether the word at this place points at something that the question does not hold."""
    text = words[place].text
    if text in _SUBJECTS | _OBJECTS | _POSSESSIVES:
        return not _is_expletive(words, place) and not _has_antecedent(words, place)
    if _clause_before(words, place):
        return False
    if place == len(words) - 1 and sum(word.content for word in words) <= _FEW + 1:
        ordinal = text in _ORDINALS and _text(words, place - 1) == "the"
        if ordinal or text in _LAST:
            return True
    return _demonstrates(words, place) or _compares(words, place)


def _demonstrates(words: Sequence[Word], place: int) -> bool:
    """Whether it is "this", "that", "there" and so on, and no other use of these words."""
    before, after = _text(words, place - 1), _text(words, place + 1)
    exists = bool({before, after} & BE)  # "is there a way"
    points = {
        "this": after not in _TIMES,
        "these": after not in _TIMES,
        "those": after not in ("who", "that", "of"),
        "that": _is_demonstrative(words, place),
        "there": not exists,
        "then": not exists and not _has(words, "if"),
        "such": after != "as",
    }
    return points.get(words[place].text, False)


def _compares(words: Sequence[Word], place: int) -> bool:
    """Whether it sets something apart from what was spoken of: "else", "the latter"."""
    before, after = _text(words, place - 1), _text(words, place + 1)
    alone = not any(word.text in _EXCEPTED for word in words)  # not "else, apart from Italy"
    points = {
        "same": not _has(words, "as"),
        "latter": before == "the",
        "other": alone and before == "the",
        "others": alone,
        "another": alone,
        "else": alone,
        "one": before in ("which", "what") and after != "of",
        "ones": before in ("which", "what") and after != "of",
        "so": before in DO,
    }
    return points.get(words[place].text, False)


def _has_antecedent(words: Sequence[Word], place: int) -> bool:
    """Whether something before a pronoun can be what it stands for.

    A subject that follows its auxiliary, and an object, stand for nothing in their own clause.
    """
    if _clause_before(words, place):
        return True
    text, before, after = words[place].text, _text(words, place - 1), words[place + 1 : place + 2]
    if before in AUXILIARIES and not (text in ("its", "their") and before in _HAVE):
        return False
    possessive = text in _POSSESSIVES and bool(after)
    embedded = text in _SUBJECTS and bool(after) and (text != "it" or after[0].text in AUXILIARIES)
    if possessive and _is_named_later(words, place):
        return True
    if not (possessive or embedded):
        return False
    return bool(_nouns([word for word in words[:place] if word.clause == words[place].clause]))


def _nouns(clause: Sequence[Word]) -> list[Word]:
    """The content words of the beginning of a clause but for a verb that its question word, or
    an auxiliary after this, governs."""
    content = [place for place, word in enumerate(clause) if word.content]
    if content:
        first = content[0]
        before = _text(clause, first - 1)
        governed = before in (ASKING - {"which", "whose"}) or before in AUXILIARIES - DO
        counted = any(word.text in ("which", "whose", "many", "much") for word in clause[:first])
        whole = any(word.text in AUXILIARIES for word in clause)
        if (governed and not clause[first].name) or (counted and not whole):
            content = content[1:]
    return [clause[place] for place in content]


def _clause_before(words: Sequence[Word], place: int) -> bool:
    """Whether a clause before this one speaks of something: it has a name, or is whole."""
    before = [word for word in words if word.clause < words[place].clause]
    if any(word.name for word in before):
        return True
    whole = any(word.text in AUXILIARIES | ASKING | SUBORDINATORS for word in before)
    return whole and sum(word.content for word in before) >= _FEW


def _is_named_later(words: Sequence[Word], place: int) -> bool:
    """Whether a phrase before the question itself holds the word: "In his letter, did Smith"."""
    clause = words[place].clause
    phrase = [word.text for word in words if word.clause <= clause]
    return not AUXILIARIES & set(phrase) and any(w.name for w in words if w.clause > clause)


def _is_expletive(words: Sequence[Word], place: int) -> bool:
    """Whether "it" stands for what follows: "is it true that", "does it take to"."""
    before, next_one = _text(words, place - 1), _text(words, place + 1)
    after = _text(words, place + 2)
    if words[place].text != "it" or after not in ("to", "that", "who", "for", "if", "whether"):
        return False
    return before in BE or next_one in _TAKES_IT


def _is_demonstrative(words: Sequence[Word], place: int) -> bool:
    """Whether "that" points at something, and begins no clause."""
    before, left = _text(words, place - 1), len(words) - 1 - place
    if not left or before in AUXILIARIES | (PREPOSITIONS - PARTICLES) or not place:
        return True
    named = _text(words, place - 2) in DETERMINERS | PREPOSITIONS  # "the letter that arrived"
    return left == 1 and words[place + 1].content and not named


def _names_again(words: Sequence[Word], earlier: str) -> bool:
    """Whether a question without names speaks of "the" thing that the earlier one named."""
    if any(word.name for word in words) or sum(word.content for word in words) > _FEW + 1:
        return False
    named = set(stem([word.text for word in words_of(earlier) if word.content]))
    definite = [
        word.text
        for place, word in enumerate(words)
        if word.content and _text(words, place - 1) == "the"
    ]
    return bool(named & set(stem(definite)))


def _text(words: Sequence[Word], place: int) -> str:
    return words[place].text if 0 <= place < len(words) else ""


def _has(words: Sequence[Word], text: str) -> bool:
    return any(word.text == text for word in words)
