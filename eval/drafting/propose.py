"""Questions proposed from documents. In: an Index, maybe a folder it does not hold. Out: Proposal.

Documents are sampled before any is read, and each is forgotten before the next is read, so that
an index of any size takes the memory of its longest document.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from eval.drafting import cloze
from eval.drafting.held_out import HeldOut
from eval.drafting.line import HELD_OUT, SWAPPED
from eval.drafting.material import gather
from eval.drafting.swap import swaps
from index.generation import Index
from index.passage import Document
from index.textfile import DocumentFacts
from service.drafting import definitions, entities, headings
from service.drafting.choose import choose
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from service.drafting.titles import Titles

ANSWERABLE = (cloze.KIND, definitions.KIND, headings.KIND, entities.KIND)
UNANSWERABLE_SHARE = 1 / 3
_MOST_DOCUMENTS = 1000  # read, however many questions are wanted
_DOCUMENTS_A_QUESTION = 8
_STATEMENTS_A_QUESTION = 8  # looked at, over all documents, and at least
_STATEMENTS_A_DOCUMENT = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """The drafts, and a sentence for each thing that could not be had."""

    drafts: tuple[Draft, ...]
    missing: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many drafts there are of each kind, in a fixed order."""
        found = Counter(draft.kind for draft in self.drafts)
        return {kind: found[kind] for kind in (*ANSWERABLE, SWAPPED, HELD_OUT) if found[kind]}


def propose(index: Index, count: int, seed: int, held_out: Path | None = None) -> Proposal:
    """Draft about ``count`` questions, the same for the same seed and index.

    A third have no answer: swaps, and as many from ``held_out`` if it is given. Raises
    ``SourceMissing`` when that folder is not there.
    """
    random = Random(seed)  # noqa: S311 - a sample, not a secret
    corpus = Corpus(index)
    facts = corpus.documents
    files = min(len(facts), _MOST_DOCUMENTS, _DOCUMENTS_A_QUESTION * count)
    most = _STATEMENTS_A_DOCUMENT + _STATEMENTS_A_QUESTION * count // max(1, files)
    material = gather(_read(index, facts, random.sample(facts, files)), corpus, most, random)
    without = round(count * UNANSWERABLE_SHARE)
    outside = HeldOut(held_out, corpus) if held_out else None
    absent = outside.drafts(_MOST_DOCUMENTS, most, random) if outside else []
    swapped = list(swaps(material.clozes, material.pool, corpus, random))
    held = choose(absent, without // 2, random)
    exchanged = choose(swapped, without - len(held), random)
    held = choose(absent, without - len(exchanged), random)
    answered = choose(material.drafts, count - without, random, exchanged)
    relabelled = [replace(draft, kind=HELD_OUT) for draft in held]
    drafts = (*answered, *exchanged, *relabelled)
    return Proposal(drafts, tuple(_missing(drafts, count, without, outside)))


def _read(
    index: Index, facts: Sequence[DocumentFacts], chosen: Sequence[DocumentFacts]
) -> Iterator[tuple[Document, str]]:
    titles = Titles(each.title for each in facts)
    for each in chosen:
        document = index.texts.document(each.id)
        if document is not None:
            yield document, titles.of(document.title)


_WHY_NONE = {
    cloze.KIND: "no sentence stands by itself and has a number, date or name to leave out",
    definitions.KIND: 'no sentence has the form "X is a ..."',
    headings.KIND: "no heading that says something, of a document with a title of its own, has "
    "prose below it",
    entities.KIND: "no sentence that stands by itself has a name that stands nowhere else",
}


def _missing(
    drafts: Sequence[Draft], count: int, without: int, outside: HeldOut | None
) -> Iterator[str]:
    """What there is less of than was wanted, and why."""
    kinds = {draft.kind for draft in drafts}
    yield from (f"{kind}: none, {why}" for kind, why in _WHY_NONE.items() if kind not in kinds)
    answered = sum(draft.answerable for draft in drafts)
    if answered < count - without:
        yield f"{answered} of {count - without} with an answer: the documents give no more"
    if len(drafts) - answered < without:
        reason = "nothing more can be exchanged so that no document answers"
        advice = "" if outside else "; name documents the index does not hold with --held-out"
        yield f"{len(drafts) - answered} of {without} without an answer: {reason}{advice}"
    if outside:
        yield from outside.left_out
