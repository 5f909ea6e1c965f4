"""A citation resolves to its exact text for as long as a generation holds it."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import build_index, remove_documents
from index.earlier import EarlierTexts
from index.files import files_below
from index.generation import open_index
from index.library import Texts
from index.passage import Span, stable_id, text_digest
from index.rollback import roll_back
from index.split import Splitter
from index.store import prune
from service.citing.reference import Reference, reference_to
from service.citing.resolve import read_reference, resolve
from service.citing.resolved import ResolvedCitation
from service.engine import open_engine
from service.errors import CitationIdInvalid, CitationMismatch, CitationMissing
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.index.faulty import reseal, segment_folder
from tests.index.formats.made import make_pdf
from tests.service.corpora import index_of

TEXT = "Aaa bbb. Ccc ddd eee. Fff ggg."
A = stable_id("d", "a.txt")
MIDDLE = reference_to(A, Span(9, 21), "Ccc ddd eee.")
NOWHERE = "no generation of this index holds a document 'd_.*never.*removed; ask the index that"
NO_TEXT = "holds the text that was cited at characters 9 to 21 of 'a.txt': .*; ask again"
Became = Callable[..., Path]


@pytest.fixture
def became(tmp_path: Path) -> Became:
    """Makes the next generation, in which ``a.txt`` has this text."""
    return lambda text: index_of(tmp_path, {"a.txt": text})


def _resolve(root: Path, reference: Reference = MIDDLE) -> ResolvedCitation:
    return resolve(reference, open_index(root), EarlierTexts(root))


def _now(resolved: ResolvedCitation) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in resolved.now]


def test_what_was_just_cited_is_current(became: Became) -> None:
    root = became(TEXT)
    passage = open_engine(Settings(index=root), LetterEmbedder()).ask("bbb").passages[0]
    found = _resolve(root, read_reference(passage.id))
    assert (found.id, found.text, found.start, found.end) == (
        passage.id,
        passage.text,
        passage.start,
        passage.end,
    )
    assert found.document == passage.document
    assert (found.page, found.headings) == (passage.page, passage.headings)
    assert found.sha256 == text_digest(passage.text)
    assert (found.status, found.note, found.generation) == ("current", None, 1)
    assert _now(found) == [(passage.start, passage.end)]
    assert (found.index.generation, found.index.digest) == (1, open_index(root).manifest.digest)


def test_it_stays_current_when_another_document_comes(became: Became, tmp_path: Path) -> None:
    first = _resolve(became(TEXT))
    second = _resolve(index_of(tmp_path, {"b.txt": "Hhh."}))
    assert (second.id, second.text, second.status) == (first.id, first.text, "current")
    assert (first.generation, second.generation) == (1, 2)


def test_it_is_current_when_the_document_changed_elsewhere(became: Became) -> None:
    first = _resolve(became(TEXT))
    second = _resolve(became(TEXT + " Hhh."))
    assert (second.text, second.status, second.generation) == (first.text, "current", 2)
    assert second.document.sha256 != first.document.sha256


def test_a_text_that_was_shifted_has_moved(became: Became) -> None:
    before = _resolve(became(TEXT)).document
    found = _resolve(became("Hhh. " + TEXT))
    assert (found.text, found.start, found.end) == ("Ccc ddd eee.", 9, 21)
    assert (found.status, found.generation, found.index.generation) == ("moved", 1, 2)
    assert found.document == before
    assert _now(found) == [(14, 26)]
    assert found.note == (
        "the document has changed since; now this text stands at characters 14 to 26"
    )


def test_of_several_places_the_nearest_comes_first(became: Became) -> None:
    became(TEXT)
    found = _resolve(became("Ccc ddd eee. Ccc ddd eee. Ccc ddd eee."))
    assert _now(found) == [(13, 25), (0, 12), (26, 38)]
    assert found.note is not None
    assert found.note.endswith("at characters 13 to 25, among other places")


@pytest.mark.parametrize("text", ["Aaa bbb. Ccc DDD eee. Fff ggg.", "Aaa.", "Ccc ddd eee"])
def test_a_text_that_is_no_longer_there_has_changed(became: Became, text: str) -> None:
    became(TEXT)
    found = _resolve(became(text))
    assert (found.text, found.status, found.generation) == ("Ccc ddd eee.", "changed", 1)
    assert _now(found) == []
    assert found.note == (
        "the document has changed since and holds this text no longer; generation 1, which is "
        "kept, does"
    )


def test_a_removed_document_is_gone_and_its_citation_resolves(
    became: Became, tmp_path: Path
) -> None:
    became(TEXT)
    root = index_of(tmp_path, {"b.txt": "Hhh."})
    remove_documents(["a.txt"], root, LetterEmbedder())
    found = _resolve(root)
    assert (found.text, found.status, found.generation) == ("Ccc ddd eee.", "gone", 2)
    assert (found.document.path, _now(found)) == ("a.txt", [])
    assert found.note == (
        "no document of this path is indexed any more; generation 2, which is kept, holds it"
    )


def test_after_going_back_what_was_cited_since_resolves(became: Became) -> None:
    became("Aaa.")
    root = became(TEXT)
    assert _resolve(root).status == "current"
    roll_back(root)
    found = _resolve(root)
    assert (found.status, found.generation, found.index.generation) == ("changed", 2, 1)
    roll_back(root, 2)
    assert _resolve(root).status == "current"


def test_the_newest_generation_that_holds_it_is_named(became: Became) -> None:
    became(TEXT)
    became(TEXT + " Hhh.")
    assert _resolve(became("Aaa.")).generation == 2


def test_after_pruning_it_resolves_no_longer(became: Became) -> None:
    became(TEXT)
    root = became("Aaa.")
    assert _resolve(root).status == "changed"
    prune(root)
    with pytest.raises(CitationMissing, match=NO_TEXT):
        _resolve(root)


def test_one_who_has_resolved_it_before_does_not_after_pruning(became: Became) -> None:
    became(TEXT)
    root = became("Aaa.")
    earlier = EarlierTexts(root)
    assert resolve(MIDDLE, open_index(root), earlier).text == "Ccc ddd eee."
    prune(root)
    with pytest.raises(CitationMissing, match=NO_TEXT):
        resolve(MIDDLE, open_index(root), earlier)


def test_a_document_that_every_generation_has_lost_is_unknown(
    became: Became, tmp_path: Path
) -> None:
    became(TEXT)
    root = index_of(tmp_path, {"b.txt": "Hhh."})
    remove_documents(["a.txt"], root, LetterEmbedder())
    prune(root)
    with pytest.raises(CitationMissing, match=NOWHERE):
        _resolve(root)


def test_a_citation_of_another_index_is_unknown(became: Became) -> None:
    with pytest.raises(CitationMissing, match=NOWHERE):
        _resolve(became(TEXT), reference_to(stable_id("d", "z.txt"), Span(0, 3), "Aaa"))


def test_a_document_known_only_to_an_earlier_generation_is_named(
    became: Became, tmp_path: Path
) -> None:
    became("Aaa.")
    root = index_of(tmp_path, {"b.txt": "Hhh."})
    remove_documents(["a.txt"], root, LetterEmbedder())
    with pytest.raises(CitationMissing, match=NO_TEXT):
        _resolve(root)


@pytest.mark.parametrize(
    ("start", "end"), [(9, 22), (8, 21), (29, 31), (30, 31), (999, 1000), (10**12 - 2, 10**12 - 1)]
)
def test_a_text_that_never_stood_there_is_missing(became: Became, start: int, end: int) -> None:
    root = became(TEXT)
    reference = Reference(A, start, end, MIDDLE.digest)
    with pytest.raises(CitationMissing, match=f"characters {start} to {end} of 'a.txt'"):
        _resolve(root, reference)


@pytest.mark.parametrize("identity", ["", "x", "p_1", A, f"{MIDDLE.id} "])
def test_another_string_is_no_id(identity: str) -> None:
    with pytest.raises(CitationIdInvalid, match="is no citation's id; take the id of a passage"):
        read_reference(identity)


def _replace(file: Path, before: str, after: str) -> None:
    connection = sqlite3.connect(file)
    changed = connection.execute("UPDATE pieces SET text = replace(text, ?, ?)", [before, after])
    assert changed.rowcount == 1
    connection.commit()
    connection.close()


def test_a_damaged_earlier_generation_is_told_and_never_cited(became: Became) -> None:
    file = segment_folder(became(TEXT)) / "texts.sqlite"
    root = became("Aaa.")
    _replace(file, "ddd", "dda")
    with pytest.raises(
        CitationMismatch,
        match=rf"no sound .* citation {MIDDLE.id}, .*generation 1: .*sqlite was changed.*prune`",
    ):
        _resolve(root)


def test_what_a_sound_generation_holds_is_cited_beside_a_damaged_one(became: Became) -> None:
    became(TEXT)
    file = segment_folder(became("Hhh.")) / "texts.sqlite"
    root = became("Aaa.")
    file.write_bytes(b"x")
    assert (_resolve(root).text, _resolve(root).generation) == ("Ccc ddd eee.", 1)


def test_a_text_that_only_its_checksums_call_right_is_not_cited(became: Became) -> None:
    root = became(TEXT)
    _replace(segment_folder(root) / "texts.sqlite", "ddd", "dda")
    reseal(root)
    with pytest.raises(CitationMismatch, match="is no longer what was indexed"):
        _resolve(root)
    became("Aaa.")
    with pytest.raises(CitationMismatch, match="is no longer what was indexed"):
        _resolve(root)


def test_a_damaged_place_is_not_named_as_where_the_text_stands_now(tmp_path: Path) -> None:
    each_sentence = Splitter(target_tokens=1, run_on_tokens=100, overlap_tokens=0)
    index_of(tmp_path, {"a.txt": TEXT}, each_sentence)
    root = index_of(tmp_path, {"a.txt": "Hhh hhh ccc eee ggg hhh. Ccc DDD eee."}, each_sentence)
    assert _resolve(root).status == "changed"
    _replace(segment_folder(root) / "texts.sqlite", "DDD", "ddd")
    reseal(root)
    with pytest.raises(CitationMismatch, match="is no longer what was indexed"):
        _resolve(root)


def test_a_citation_has_the_page_it_stands_on(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    pdf = tmp_path / "source" / "bay.pdf"
    pdf.write_bytes(make_pdf(["#Bays\nA bead fell.", "##Cabs\nThe cab had a face.", "Hag."]))
    build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
    document = open_index(tmp_path / "index").texts.document(stable_id("d", "bay.pdf"))
    assert document is not None
    pdf.write_bytes(make_pdf(["Gag."]))
    build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
    start = document.text.index("The cab")
    text = "The cab had a face."
    span = Span(start, start + len(text))
    found = _resolve(tmp_path / "index", reference_to(document.id, span, text))
    assert (found.text, found.page, found.headings) == (text, 2, ("Bays", "Cabs"))
    assert (found.status, found.document.media_type) == ("changed", "application/pdf")


def test_resolving_writes_nothing(became: Became) -> None:
    became(TEXT)
    root = became("Hhh. " + TEXT)
    before = files_below(root)
    assert _resolve(root).status == "moved"
    assert files_below(root) == before


MADE = {
    "a.txt": TEXT,
    "b.txt": "Äh 😀 bab!\r\n\r\nE\u0301e  \t fff.\n\n\n" + "hag gag " * 60,
    "c/d.md": "# Top\n\nAaa `bbb`.\n\n## Deep\n\n- ccc\n- ddd 👩‍🚀\n\n" + "Beef fed. " * 1200,
}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An index whose second generation differs from the first in every document."""
    root = tmp_path_factory.mktemp("made")
    index_of(root, MADE)
    yield index_of(root, {path: f"Hhh. {text}" for path, text in MADE.items()})


@pytest.fixture(scope="module")
def documents(twice: Path) -> list[tuple[int, str, str]]:
    """Generation, id and text of every document of ``twice``."""
    index = open_index(twice)
    current = [(2, *document) for document in _documents(index.texts)]
    earlier = [
        (generation, *document)
        for generation, texts in EarlierTexts(twice).walk(index.manifest)
        for document in _documents(texts)
    ]
    return current + earlier


def _documents(texts: Texts) -> list[tuple[str, str]]:
    return [(facts.id, texts.cut(facts.id, Span(0, facts.length))) for facts in texts.documents()]


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_any_range_of_any_generation_resolves_to_exactly_its_text(
    twice: Path, documents: list[tuple[int, str, str]], data: st.DataObject
) -> None:
    assert len(documents) == 2 * len(MADE)
    generation, document, text = data.draw(st.sampled_from(documents))
    start = data.draw(st.integers(0, len(text) - 1))
    longest = data.draw(st.sampled_from([3, 200, len(text)]))
    end = data.draw(st.integers(start + 1, min(len(text), start + longest)))
    cited = reference_to(document, Span(start, end), text[start:end])
    found = _resolve(twice, read_reference(cited.id))
    assert found.text == text[start:end]
    assert found.sha256 == text_digest(text[start:end])
    whole = next(t for number, name, t in documents if (number, name) == (2, document))
    assert all(whole[span.start : span.end] == found.text for span in found.now)
    if found.generation == 2:
        assert (found.status, _now(found)) == ("current", [(start, end)])
    else:
        assert generation == 1
        assert found.status == ("moved" if found.text in whole else "changed")


def test_threads_resolve_while_generations_come_and_go(became: Became) -> None:
    root = became(TEXT)
    live = LiveEngine(Settings(index=root), LetterEmbedder())
    earlier, done = EarlierTexts(root), Event()

    def resolve_until_done() -> list[tuple[str, str]]:
        seen: list[tuple[str, str]] = []
        while not done.is_set():
            try:
                found = resolve(MIDDLE, live.engine().index, earlier)
                seen.append((found.status, found.text))
            except CitationMissing:
                seen.append(("missing", ""))
        return [state for state, _ in groupby(seen)]

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(resolve_until_done) for _ in range(4)]
        try:
            for number in range(6):
                became(f"Hhh. {TEXT}" if number < 2 else f"{'Aaa ' * number}.")
        finally:
            done.set()
        states = [each.result() for each in asking]
    quote = "Ccc ddd eee."
    order = [("current", quote), ("moved", quote), ("changed", quote), ("missing", "")]
    for seen in states:
        places = [order.index(state) for state in seen]
        assert places == sorted(places)
    with pytest.raises(CitationMissing, match=NO_TEXT):
        resolve(MIDDLE, live.engine().index, earlier)
