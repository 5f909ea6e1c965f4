"""What a text without sentence marks is about."""

from index.passage import Document
from service.drafting.excerpt import Excerpt, statements
from service.drafting.phrases import keeping_company
from service.drafting.subjects import subjects
from tests.service.corpora import words_without_marks


def _drafted(text: str, title: str = "") -> list[tuple[str, float]]:
    document = Document(
        id="d_0", path="a.txt", title="a", text=text, sha256="0" * 64, media_type="text/plain"
    )
    found = list(statements(Excerpt(document, 0, text)))
    drafts = list(subjects(found, keeping_company(found), title))
    assert all(text[d.start : d.start + len(d.quote)] == d.quote for d in drafts)
    assert all(f" {d.about} " in f" {d.quote} " for d in drafts)
    return [(draft.question, draft.worth) for draft in drafts]


def test_pairs_that_stand_together_again_and_again_are_subjects() -> None:
    filler = words_without_marks(400).split()
    for place in (30, 150, 300):
        filler[place:place] = ["harbour", "treaty"]
    filler[200:200] = ["harbour"]  # and once apart
    filler[50:50] = ["marble", "quarry"]  # once is no subject
    asked = _drafted(" ".join(filler))
    assert ("What do the documents say about “harbour treaty”?", 3) in asked
    assert not any("quarry" in question for question, _ in asked)
    named = _drafted(" ".join(filler), "Ports")
    assert ("What does “Ports” say about “harbour treaty”?", 3) in named


def test_prose_has_none_of_these() -> None:
    assert (
        _drafted("The harbour treaty ended the war. The harbour treaty was signed twice. " * 9)
        == []
    )
