"""Windows of a document: its own characters, none left out, marks where they should be."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.generation import open_index
from index.library import Texts
from index.passage import Span, stable_id
from service.web.plain.windows import Window, before, window
from tests.index.formats.made import make_pdf
from tests.service.corpora import index_of

WORDS = "".join(
    f"{n} dead 😀 bead e\u0301{(' ', chr(10), chr(13) + chr(10))[n % 3]}" for n in range(4000)
)
SOLID = "😀e\u0301" * 20_000  # not a single word end
TEXTS = {"words.txt": WORDS, "solid.txt": SOLID, "short.txt": "Abe faced a cab."}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    root = tmp_path_factory.mktemp("windows")
    (root / "source").mkdir()
    pages = [f"Leaf {n}. {'Dead bead faced a cab. ' * 12}" for n in range(1, 90)]
    (root / "source" / "leaves.pdf").write_bytes(make_pdf(pages))
    return open_index(index_of(root, TEXTS)).texts


def _at(texts: Texts, name: str, at: int, passage: Span, *marks: Span) -> Window:
    return window(texts, stable_id("d", name), passage, marks, at)


def _text(made: Window) -> str:
    pieces = [piece for section in made.sections for run in section.runs for piece in run.pieces]
    return "".join(piece.text for piece in pieces)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_a_window_is_what_the_document_says_and_marks_are_exact(
    texts: Texts, name: str, data: st.DataObject
) -> None:
    text = TEXTS[name]
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, min(len(text), start + 3000)))
    passage, mark = Span(start, end), Span((start + end) // 2, end)
    made = _at(texts, name, before(passage), passage, mark)
    assert _text(made) == text[made.start : made.end]
    assert made.start <= start < made.end
    runs = [run for section in made.sections for run in section.runs]
    assert "".join(p.text for run in runs if run.outer for p in run.pieces) == text[start:end]
    stressed = "".join(p.text for run in runs for p in run.pieces if p.inner)
    assert stressed == text[mark.start : mark.end]
    assert made.end - made.start < 20_000


@pytest.mark.parametrize("name", TEXTS)
def test_going_on_leaves_nothing_out_either_way(texts: Texts, name: str) -> None:
    made = _at(texts, name, 0, Span(0, 1))
    assert (made.start, made.earlier) == (0, None)
    read = _text(made)
    while made.later is not None:
        assert made.later == made.end
        made = _at(texts, name, made.later, Span(0, 1))
        read += _text(made)
    assert read == TEXTS[name]
    while made.earlier is not None:
        reached = made.start
        made = _at(texts, name, made.earlier, Span(0, 1))
        assert made.start < reached <= made.end
    assert made.start == 0


def test_words_are_whole_where_there_are_words(texts: Texts) -> None:
    for at in (7, 5000, 40_001, len(WORDS)):
        made = _at(texts, "words.txt", at, Span(0, 1))
        assert made.start == 0 or WORDS[made.start - 1].isspace()
        assert made.end == len(WORDS) or WORDS[made.end - 1].isspace()


def test_beyond_the_end_the_end_is_shown(texts: Texts) -> None:
    made = _at(texts, "short.txt", 10**9, Span(0, 3))
    assert made.end == len(TEXTS["short.txt"])
    assert _text(made) == TEXTS["short.txt"][made.start :]


def test_pages_are_divided_where_they_begin(texts: Texts) -> None:
    identity = stable_id("d", "leaves.pdf")
    facts = texts.facts(identity)
    assert facts is not None
    whole = texts.cut(identity, Span(0, facts.length))
    start = whole.index("Leaf 40.")
    passage = Span(start, start + 8)
    made = window(texts, identity, passage, [], before(passage))
    assert _text(made) == whole[made.start : made.end]
    told = [s.page for s in made.sections]
    assert told == list(range(told[0] or 0, (told[0] or 0) + len(told)))
    for section in made.sections[1:]:
        assert section.runs[0].pieces[0].text.startswith(f"Leaf {section.page}.")
    assert [section.page for section in made.sections if section.begins] == [40]
