"""Questions that some documents should answer. In: an Index. Out: Drafts, the best first.

Documents are sampled before any is read, and of each a part at most, so that an index of any
size costs the same.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

from index.generation import Index
from index.passage import Document
from service.drafting.choose import choose
from service.drafting.corpus import Corpus
from service.drafting.definitions import definitions
from service.drafting.draft import Draft
from service.drafting.entities import entities
from service.drafting.excerpt import excerpt, statements
from service.drafting.headings import headings
from service.drafting.phrases import keeping_company
from service.drafting.subjects import subjects
from service.drafting.titles import Titles

_DOCUMENTS = 12  # read
_STATEMENTS = 200  # of a document; those about names are the most work
_BARE_WORDS = 2


def answered_drafts(index: Index, count: int, random: Random) -> list[Draft]:
    """At most ``count`` drafts, the kinds and the documents taking turns; the same for the same
    index and random state."""
    corpus = Corpus(index)
    facts = corpus.documents
    titles = Titles(each.title for each in facts)
    drafts: list[Draft] = []
    for each in random.sample(facts, min(_DOCUMENTS, len(facts))):
        document = index.texts.document(each.id)
        if document is not None:
            drafts += _of_document(document, titles.of(document.title), corpus, random)
    return choose(drafts, count, random)


def _of_document(document: Document, title: str, corpus: Corpus, random: Random) -> Iterator[Draft]:
    part = excerpt(document, random)
    found = list(islice(statements(part), _STATEMENTS))
    company = keeping_company(found)
    yield from definitions(found, title)
    about = list(subjects(found, company, title))
    yield from about or _names(entities(found, company, document, title, corpus))
    if title:
        yield from headings(part, title)


def _names(drafts: Iterator[Draft]) -> Iterator[Draft]:
    """Those that ask about one name: a long run of words without capitals is seldom one."""
    for draft in drafts:
        if not draft.about.islower() or len(draft.about.split()) <= _BARE_WORDS:
            yield draft
