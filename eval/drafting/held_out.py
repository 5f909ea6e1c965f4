"""Questions of documents that the index does not hold. In: a folder, a Corpus. Out: Drafts.

What the index may answer after all is left out: a document of the same bytes, a question whose
quote, name or rare terms stand together in a passage.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from eval.drafting import cloze
from eval.drafting.material import gather
from index.errors import FileRefused
from index.passage import Document
from index.read import Reader, load_file
from index.sources import SourceFile, list_sources
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from service.drafting.titles import Titles

_RAREST, _TOO_MANY = 4, 3


class HeldOut:
    """A folder of documents to draft from; ``left_out`` says, by name, what was and why."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        listing = list_sources([folder])
        self._files = listing.files
        self._corpus = corpus
        self._titles = Titles(facts.title for facts in corpus.documents)
        self._digests = {facts.sha256: facts.path for facts in corpus.documents}
        self.left_out = [f"{item.path} left out: it is {item.reason}" for item in listing.left_out]

    def drafts(self, files: int, most: int, random: Random) -> list[Draft]:
        """Drafts that the index has no answer to, from at most so many files and ``most``
        statements of each."""
        chosen = random.sample(self._files, min(files, len(self._files)))
        drafts = gather(self._read(chosen), self._corpus, most, random).drafts
        absent = [draft for draft in drafts if is_absent(draft, self._corpus)]
        made, kept = (Counter(draft.path for draft in each) for each in (drafts, absent))
        self.left_out += [
            f"{path}: {number - kept[path]} of {number} held-out questions left out, because the "
            "index may answer them"
            for path, number in sorted(made.items())
            if kept[path] < number
        ]
        return [replace(draft, answerable=False) for draft in absent]

    def _read(self, files: list[SourceFile]) -> Iterator[tuple[Document, str]]:
        with Reader() as reader:
            for source in files:
                try:
                    document = reader.read(load_file(source))
                except FileRefused as error:
                    self.left_out.append(f"{source.path} left out: it {error}")
                    continue
                same = self._digests.get(document.sha256)
                if same is None:
                    yield document, self._titles.unknown(document.title)
                else:
                    self.left_out.append(f"{source.path} left out: the index holds it, as {same}")


def is_absent(draft: Draft, corpus: Corpus) -> bool:
    """Whether no passage holds all terms of a draft's quote, nor what it asks about: of a
    cloze, three of the four rarest terms."""
    if len(corpus.rows(draft.quote)):
        return False
    if draft.kind != cloze.KIND:
        return not len(corpus.rows(draft.about))
    key = corpus.rarest(draft.about, _RAREST)
    return corpus.together(key) < min(_TOO_MANY, len(key))
