"""Everything that can be asked of some documents. In: Documents, one by one. Out: Material."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from random import Random

from eval.drafting.cloze import Cloze, clozes, draft_cloze
from eval.drafting.swap import Pool
from index.passage import Document
from service.drafting.corpus import Corpus
from service.drafting.definitions import definitions
from service.drafting.draft import Draft
from service.drafting.entities import entities
from service.drafting.excerpt import excerpt, statements
from service.drafting.headings import headings
from service.drafting.phrases import keeping_company


@dataclass(frozen=True, slots=True)
class Material:
    """Drafts with an answer, and what swaps are made of: clozes and a pool of phrases."""

    drafts: tuple[Draft, ...]
    clozes: tuple[Cloze, ...]
    pool: Pool


def gather(
    documents: Iterable[tuple[Document, str]], corpus: Corpus, most: int, random: Random
) -> Material:
    """Draft from each document, which comes with the title that questions call it by.

    At most ``most`` statements of a document become clozes or questions about a name, chosen
    by chance; each document is forgotten before the next is asked for.
    """
    drafts: list[Draft] = []
    gaps: list[Cloze] = []
    pool = Pool()
    for document, title in documents:
        part = excerpt(document, random)
        found = list(statements(part))
        company = keeping_company(found)
        shuffled = random.sample(found, len(found))
        unique = (each for each in shuffled if _is_unique(each.path, each.text, corpus))
        sample = list(islice(unique, most))
        fresh = list(clozes(sample, company, corpus))
        gaps += fresh
        drafts += map(draft_cloze, fresh)
        defined = definitions(found, title)
        drafts += [each for each in defined if _is_unique(each.path, each.quote, corpus)]
        drafts += entities(sample, company, document, title, corpus)
        if title:
            drafts += headings(part, title)
        for gap in fresh:
            pool.add(gap.statement, (gap.gap, *gap.others))
    return Material(tuple(drafts), tuple(gaps), pool)


def _is_unique(path: str, quote: str, corpus: Corpus) -> bool:
    """Whether no other document says the same, so that a question has one answer."""
    return corpus.paths(corpus.rows(quote)) <= {path}
