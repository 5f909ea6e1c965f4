"""Sentences with a gap. In: Statements. Out: Clozes, and Drafts of them.

The gap is where the most telling phrase stood: a date, number or name before a word, the
rarer the better (cloze: Taylor 1953; gaps chosen by corpus frequency: Coniam 1997).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from index.terms import terms
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from service.drafting.excerpt import Statement, plain
from service.drafting.phrases import (
    CODE,
    DATE,
    MONTH,
    NAME,
    NUMBER,
    PAIR,
    QUANTITY,
    WORD,
    YEAR,
    Phrase,
    looks_like_name,
    phrases,
)

KIND = "cloze"
GAP = "____"
_MARK = "\ufffc"  # stands for the gap while marks are taken off
_LEAST_AROUND = 6  # words beside the gap
# What a kind of phrase adds to its rarity, so that a date goes before a rare word.
_WORTH = {DATE: 5, NUMBER: 5, YEAR: 5, NAME: 4, CODE: 4, PAIR: 3, MONTH: 2, QUANTITY: 2, WORD: 0}


@dataclass(frozen=True, slots=True)
class Cloze:
    """A statement of whose phrases one, the gap, is left out; the others are still there."""

    statement: Statement
    gap: Phrase
    others: tuple[Phrase, ...]
    worth: float


def clozes(
    statements: list[Statement], company: Counter[tuple[str, str]], corpus: Corpus
) -> Iterator[Cloze]:
    """The best gap of each statement that has one."""
    for statement in statements:
        found = phrases(statement, company)
        ranked = sorted(
            (_worth(statement, gap, corpus), -gap.start, gap)
            for gap in found
            if _can_be_gap(statement, gap)
        )
        if ranked:
            worth, _, gap = ranked[-1]
            yield Cloze(statement, gap, tuple(p for p in found if p is not gap), worth)


def draft_cloze(cloze: Cloze) -> Draft:
    """The question for the phrase in the gap."""
    statement = cloze.statement
    return Draft(
        KIND,
        cloze_question(statement, cloze.gap),
        statement.path,
        statement.start,
        statement.text,
        (cloze.gap.text,),
        about=around(statement, cloze.gap),
        worth=cloze.worth,
    )


def cloze_question(
    statement: Statement, gap: Phrase, exchanged: Phrase | None = None, by: str = ""
) -> str:
    """The statement with a gap; ``by`` in the place of the phrase ``exchanged``, if given."""
    text = statement.text
    parts = [(gap.start, gap.end, _MARK)]
    if exchanged:
        parts.append((exchanged.start, exchanged.end, by))
    for start, end, new in sorted(parts, reverse=True):
        text = text[:start] + new + text[end:]
    shown = plain(text).replace(_MARK, GAP)
    if statement.bare:
        shown = f"… {shown} …"
    return f"What is missing here: “{shown}”?"


def around(statement: Statement, *without: Phrase) -> str:
    """The words of a statement without those of some phrases."""
    text = statement.text
    for phrase in sorted(without, key=lambda each: -each.start):
        text = text[: phrase.start] + " " + text[phrase.end :]
    return text


def _worth(statement: Statement, gap: Phrase, corpus: Corpus) -> float:
    names = sum(map(looks_like_name, gap.text.split())) if statement.bare else 0
    return _WORTH[gap.kind] + corpus.rarity(gap.text) + 2 * names


def _can_be_gap(statement: Statement, gap: Phrase) -> bool:
    before, after = statement.text[: gap.start], statement.text[gap.end :]
    beside = terms(f"{before} {after}")
    inside = bool(before.split()[1:]) and bool(after.split()[1:])
    return (
        "\n" not in gap.text
        and len(beside) >= _LEAST_AROUND
        and not set(terms(gap.text)) & set(beside)
        and (inside or not statement.bare)
        and not (gap.kind == NUMBER and before.count("(") > before.count(")"))
    )
