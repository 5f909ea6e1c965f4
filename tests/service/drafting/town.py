"""Texts about a made-up town, and what drafting takes of them. In: texts. Out: Corpora."""

from collections.abc import Mapping
from pathlib import Path

from index.formats.markdown import find_headings
from index.generation import open_index
from index.passage import Document
from service.drafting.corpus import Corpus
from service.drafting.excerpt import Excerpt, Statement
from tests.service.corpora import index_of

TOWN = {
    "bridge.md": (
        "# Stone Bridge\n\n"
        "## Builders and money\n\n"
        "Architect Agnes Falk drew the arches of the bridge in 1743 for the merchants' guild. "
        "The guild of merchants paid 400 ducats and lent eleven masons for a decade.\n\n"
        "## Later repairs\n\n"
        "Flood water broke two arches in 1821, and carpenters closed the gap with oak beams."
    ),
    "mill.md": (
        "# Paper Mill\n\n"
        "## Wheels\n\n"
        "The Falder is a narrow river that turns the wheels of the paper mill. "
        "Miller Hugo Brandt sold the paper mill to the printers of Elmstadt in 1866. "
        "Printers made 250 reams of blue paper every month for the tax office."
    ),
    "school.md": (
        "# Grammar School\n\n"
        "## Pupils\n\n"
        "Greek lessons began in 1902 under the headmistress Clara Voss at the old priory. "
        "Some 90 pupils boarded in the west wing and tended the kitchen garden.\n\n"
        "## Introduction\n\n"
        "Visitors enter the grammar school by the western gate beside the lime trees."
    ),
    "market.md": (
        "# Weekly Market\n\n"
        "## Stalls\n\n"
        "Cheese sellers rented the northern stalls for 120 ducats until 1755 from the abbot. "
        "Abbot Leonhard Weiss moved the fish stalls behind the church of Saint Gertrude."
    ),
}


def opened(root: Path, texts: Mapping[str, str]) -> Corpus:
    """A corpus of the texts, indexed below ``root`` by the letter embedder."""
    return Corpus(open_index(index_of(root, texts)))


def document(text: str, path: str = "a.md", title: str = "A") -> Document:
    """A Markdown document."""
    return Document("d", path, title, "text/markdown", "0" * 64, text, (), find_headings(text))


def whole(text: str) -> Excerpt:
    """All of a document."""
    return Excerpt(document(text), 0, text)


def said(text: str, names: str = "") -> Statement:
    """A sentence with marks, of a document that knows these names."""
    return Statement("a.md", 0, text, bare=False, names=frozenset(names.split()))


def bare(text: str) -> Statement:
    """A run of words without marks."""
    return Statement("a.md", 0, text, bare=True)
