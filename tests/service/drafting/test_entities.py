"""What is said about a name."""

from collections import Counter

import pytest

from index.passage import Document
from service.drafting.corpus import Corpus
from service.drafting.entities import entities
from service.drafting.excerpt import Excerpt, statements
from service.drafting.titles import Titles
from tests.service.drafting.town import document, said

NOTHING: Counter[tuple[str, str]] = Counter()


def _questions(town: Corpus, path: str, title: str) -> dict[str, str]:
    (facts,) = [facts for facts in town.documents if facts.path == path]
    found = town.index.texts.document(facts.id)
    assert isinstance(found, Document)
    stated = list(statements(Excerpt(found, 0, found.text)))
    return {d.question: d.quote for d in entities(stated, NOTHING, found, title, town)}


def test_a_name_that_stands_once_is_asked_about(town: Corpus) -> None:
    title = Titles(facts.title for facts in town.documents).of("Stone Bridge")
    assert _questions(town, "bridge.md", title) == {
        "What does “Stone Bridge” say about Architect Agnes Falk?": "Architect Agnes Falk drew the "
        "arches of the bridge in 1743 for the merchants' guild."
    }


def test_without_a_title_the_documents_are_asked(town: Corpus) -> None:
    assert "What do the documents say about Architect Agnes Falk?" in _questions(
        town, "bridge.md", ""
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Masons asked Clara Voss to draw new arches for the bridge.",
            "",
        ),  # another document has her
        ("Masons asked Hedda Lind to draw arches, and Hedda Lind drew them.", ""),  # twice
        ("Masons asked Hedda Lind to draw new arches for the bridge.", "Hedda Lind"),  # the title
        ("Masons asked Norway to draw new arches for the bridge.", "The Norwegian Bridge"),
        ("Masons asked the Chinese to draw new arches for the bridge.", ""),  # hardly a subject
        ("Masons saw Aab, Bbc, Ccd, Dde, Eef and Ffg at the bridge.", ""),  # a list
    ],
)
def test_no_question_about_a_name(town: Corpus, text: str, title: str) -> None:
    assert list(entities([said(text)], NOTHING, document(text), title, town)) == []


def test_the_article_stays_with_the_name(town: Corpus) -> None:
    text = "Masons crossed the Silk Road to draw new arches for the bridge."
    (draft,) = entities([said(text)], NOTHING, document(text), "", town)
    assert draft.question == "What do the documents say about the Silk Road?"
    assert draft.about == "Silk Road"
