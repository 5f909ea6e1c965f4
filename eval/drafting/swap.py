"""Questions without an answer, by exchange. In: Clozes, a pool of phrases. Out: Drafts.

A name, number or date that a cloze leaves standing is exchanged for one of the same kind from
another document or a place far away: the "entity swap" of SQuAD 2.0 (Rajpurkar et al. 2018),
there written by hand. That the documents do not answer it is looked up in the postings: no
passage that holds the new phrase holds as many as two of the four rarest terms that are left
of the statement, and no document that holds the new phrase holds them all, unless it does so
five passages away at least.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from random import Random

import numpy as np

from eval.drafting.cloze import Cloze, around, cloze_question
from eval.drafting.line import SWAPPED
from index.terms import fold, terms
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from service.drafting.excerpt import Statement
from service.drafting.phrases import (
    CODE,
    DATE,
    MONTH,
    NAME,
    NUMBER,
    QUANTITY,
    WORD,
    YEAR,
    Phrase,
    is_adjective,
    is_attribute,
    is_placed,
    looks_like_name,
)

_RAREST, _TOO_MANY = 4, 2
_FAR = 5  # passages: nearer ones may tell of the same thing
_MOST_USED = 2  # times that one phrase is put somewhere
_MOST_PASSAGES = 0.2  # of all: a name that stands in more tells nothing
_ROOT = 5  # letters
_TRIED = 12  # phrases tried in the place of one
_LEAST_ALIKE = {NAME: 0.35, WORD: 0.55}  # of word vectors
_MOST_ALIKE = 0.77  # what is more alike may be another word for the same: Moscow, Russia
# How well an exchange reads: names as well as they are alike, others by experience.
_MERIT = {NAME: 0.0, WORD: 0.0, DATE: 0.7, YEAR: 0.7, NUMBER: 0.6, QUANTITY: 0.7, MONTH: 0.65}
_MERIT |= {CODE: 0.4}
_UNFIT = re.compile(r"\n|(?:hundred|thousand|million|billion)s?$")  # "million" needs a number
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class Pool:
    """The phrases of many statements by their kind and form."""

    def __init__(self) -> None:
        self._phrases: dict[tuple[object, ...], dict[str, None]] = defaultdict(dict)

    def add(self, statement: Statement, phrases: Iterable[Phrase]) -> None:
        """Take in the phrases of a statement; each text once."""
        for phrase in phrases:
            self._phrases[_form(statement, phrase)][phrase.text] = None

    def like(self, statement: Statement, phrase: Phrase) -> list[str]:
        """The phrases of the same kind and form, in the order they came."""
        return list(self._phrases[_form(statement, phrase)])


def swaps(clozes: Sequence[Cloze], pool: Pool, corpus: Corpus, random: Random) -> Iterator[Draft]:
    """A draft for each cloze in which something can be exchanged: what fits best."""
    used: Counter[str] = Counter()
    for cloze in clozes:
        found = []
        for phrase in _exchangeable(cloze, corpus):
            fitting = _fitting(cloze, phrase, pool, corpus, random)
            new = next((each for each in fitting if used[each] < _MOST_USED), None)
            if new is not None:
                found.append((_merit(phrase, new, corpus), phrase, new))
        if found:
            merit, phrase, new = max(found, key=lambda each: each[0])
            used[new] += 1
            yield _draft(cloze, merit, phrase, new)


def _draft(cloze: Cloze, merit: float, phrase: Phrase, new: str) -> Draft:
    statement = cloze.statement
    rest = around(statement, cloze.gap, phrase)
    return Draft(
        SWAPPED,
        cloze_question(statement, cloze.gap, phrase, new),
        statement.path,
        statement.start,
        statement.text,
        about=f"{new} {rest}",
        worth=merit,
        answerable=False,
    )


def _form(statement: Statement, phrase: Phrase) -> tuple[object, ...]:
    """What two phrases have in common if one can stand where the other does."""
    text = phrase.text
    if phrase.kind in (NUMBER, DATE, YEAR):
        return phrase.kind, _DIGITS.sub(lambda match: "0.0" if "." in match.group() else "0", text)
    if phrase.kind in (WORD, QUANTITY, MONTH):
        return (phrase.kind,)
    shape = len(text.split()), text.isupper(), text[0] == "/", "/" in text, "." in text
    place = is_placed(statement, phrase), is_attribute(statement, phrase)
    return phrase.kind, *shape, is_adjective(text), *place


def _exchangeable(cloze: Cloze, corpus: Corpus) -> Iterator[Phrase]:
    """The phrases that have others like them and stand nowhere else in the statement."""
    for phrase in cloze.others:
        rest = set(terms(around(cloze.statement, phrase)))
        usable = phrase.kind in _MERIT and not _UNFIT.search(phrase.text)
        if phrase.kind in _LEAST_ALIKE:
            usable = usable and _is_rare_name(phrase.text, corpus)
        if usable and not rest & set(terms(phrase.text)):
            yield phrase


def _is_rare_name(text: str, corpus: Corpus) -> bool:
    """Whether a name tells places apart; in bare text also whether it is one."""
    named = text[0].isupper() or looks_like_name(text)
    return named and len(corpus.rows(text)) <= max(1, _MOST_PASSAGES * corpus.index.lexical.rows)


def _fitting(
    cloze: Cloze, phrase: Phrase, pool: Pool, corpus: Corpus, random: Random
) -> Iterator[str]:
    """Phrases that may stand in the place of another, those most like it first."""
    here = set(terms(cloze.statement.text))
    key = corpus.rarest(around(cloze.statement, cloze.gap, phrase), _RAREST)
    candidates = [
        each
        for each in pool.like(cloze.statement, phrase)
        if not here & set(terms(each))
        and not _same_root(phrase.text, each)
        and not _UNFIT.search(each)
    ]
    random.shuffle(candidates)
    candidates.sort(key=lambda each: -_likeness(phrase, each, corpus))
    for new in candidates[:_TRIED]:
        least = _LEAST_ALIKE.get(phrase.kind)
        if least is not None and _likeness(phrase, new, corpus) < least:
            return
        if least is not None and not _is_rare_name(new, corpus):
            continue
        if unanswered(new, key, cloze.statement, corpus):
            yield new


def unanswered(new: str, key: Sequence[str], statement: Statement, corpus: Corpus) -> bool:
    """Whether the documents say nothing of a phrase together with key terms of a statement."""
    rows = corpus.rows(new)
    if corpus.together(key, rows) >= min(_TOO_MANY, len(key)):
        return False
    if not corpus.documents_with(" ".join([new, *key])):
        return True
    places = corpus.rows(statement.text)
    return bool(len(places)) and bool(np.abs(rows[:, None] - places).min() >= _FAR)


def _merit(phrase: Phrase, new: str, corpus: Corpus) -> float:
    """How well a statement reads with a phrase exchanged, from 0 to 1."""
    return _MERIT[phrase.kind] or _likeness(phrase, new, corpus)


def _likeness(phrase: Phrase, new: str, corpus: Corpus) -> float:
    """How well a phrase fits: near in value, or in meaning without being the same."""
    if phrase.kind in (NUMBER, DATE, YEAR):
        return -abs(math.log1p(_value(phrase.text)) - math.log1p(_value(new)))
    if phrase.kind not in _LEAST_ALIKE:
        return 1.0
    likeness = corpus.likeness(fold(phrase.text), fold(new))
    return likeness if likeness < _MOST_ALIKE else -1.0


def _same_root(one: str, other: str) -> bool:
    """Whether two phrases begin alike, as the name of a country and that of its people."""
    return one[0].isalpha() and fold(one)[:_ROOT] == fold(other)[:_ROOT]


def _value(text: str) -> int:
    """The whole part of the last number in a text."""
    return int(_DIGITS.findall(text)[-1].split(".")[0].replace(",", ""))
