"""Questions for what is said about a name. In: Statements. Out: Drafts.

The name stands in one place of all documents, so that there is one answer; in text without
capitals it is a pair of words that stand nowhere without each other.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from index.passage import Document
from index.terms import fold, terms
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from service.drafting.excerpt import Statement
from service.drafting.phrases import (
    CODE,
    NAME,
    PAIR,
    WORD,
    Phrase,
    is_adjective,
    is_attribute,
    looks_like_name,
    phrases,
)

KIND = "entity"
_MOST_PASSAGES = 3  # a place lies in as many passages at most where they overlap
_ROOT = 4  # letters
_MOST_NAMES = 4  # a sentence of more lists them and says little of each


def entities(
    statements: Sequence[Statement],
    company: Counter[tuple[str, str]],
    document: Document,
    title: str,
    corpus: Corpus,
) -> Iterator[Draft]:
    """The best name of each statement that has one; ``title`` is empty when there is none."""
    text = fold(document.text)
    for statement in statements:
        found = [p for p in phrases(statement, company) if _is_name(p)]
        ranked = [
            (_worth(phrase, statement, corpus), -phrase.start, phrase)
            for phrase in found
            if _once(phrase, text, document.path, corpus) and _tells(phrase, title)
        ]
        if ranked and (statement.bare or len(found) <= _MOST_NAMES):
            worth, _, phrase = max(ranked, key=lambda each: each[:2])
            yield _draft(statement, phrase, title, worth)


def _draft(statement: Statement, phrase: Phrase, title: str, worth: float) -> Draft:
    article = "the " if statement.text[: phrase.start].endswith(("the ", "The ")) else ""
    name = f"{article}{phrase.text}" if phrase.kind == NAME else f"“{phrase.text}”"
    of = f"does “{title}”" if title else "do the documents"
    return Draft(
        KIND,
        f"What {of} say about {name}?",
        statement.path,
        statement.start,
        statement.text,
        worth=worth,
        about=phrase.text,
    )


def _once(phrase: Phrase, text: str, path: str, corpus: Corpus) -> bool:
    """Whether a phrase stands in one place of the document and in no other document."""
    rows = corpus.rows(phrase.text)
    return (
        len(rows) <= _MOST_PASSAGES
        and corpus.paths(rows) <= {path}
        and text.count(fold(phrase.text)) == 1
    )


def _tells(phrase: Phrase, title: str) -> bool:
    name = phrase.text
    return (
        "\n" not in name
        and len(name) > 3
        and not _roots(name) & _roots(title)
        and not (phrase.kind == NAME and is_adjective(name))
    )


def _roots(text: str) -> set[str]:
    """How the words of a text begin: "Norway" tells little of "Norwegian bridges"."""
    return {term[:_ROOT] for term in terms(text)}


def _is_name(phrase: Phrase) -> bool:
    bare = phrase.kind in (PAIR, WORD) and any(map(looks_like_name, phrase.text.split()))
    return bare or phrase.kind in (NAME, CODE)


def _worth(phrase: Phrase, statement: Statement, corpus: Corpus) -> float:
    """Rarer is better, and so is what a sentence begins with, or has several words."""
    worth = corpus.rarity(phrase.text) + 2 * (" " in phrase.text)
    worth += 2 * (1 - phrase.start / len(statement.text))
    if statement.bare:
        return worth + 3 * sum(map(looks_like_name, phrase.text.split()))
    return worth - 4 * is_attribute(statement, phrase)
