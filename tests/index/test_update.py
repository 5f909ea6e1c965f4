"""An index that is kept current is the index that would be made anew."""

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.build import add_files, build_index, remove_documents
from index.current import read_pointer
from index.doctor import examine
from index.errors import DocumentUnknown, IndexFormat, IndexMissing, NothingToIndex
from index.generating import Receipt
from index.generation import Index, open_index
from index.sources import SourceFile
from index.split import Splitter
from service.engine import open_engine
from service.settings import Settings
from tests.fakes import LetterEmbedder

LETTERS = LetterEmbedder()
SHORT = Splitter(target_tokens=12, run_on_tokens=8, overlap_tokens=4)
QUESTIONS = ["abc dab", "the bead faced a cab", "hag"]


def write(source: Path, texts: Mapping[str, str]) -> None:
    """Make a folder hold these files and no others."""
    for file in [f for f in source.rglob("*") if f.is_file()]:
        if file.relative_to(source).as_posix() not in texts:
            file.unlink()
    for path, text in texts.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text, "utf-8")


def update(source: Path, root: Path, texts: Mapping[str, str]) -> Receipt:
    write(source, texts)
    return build_index([source], root, LETTERS, SHORT)


def held(index: Index) -> dict[str, object]:
    """Everything an index holds, but in which segment and row."""
    passages = {}
    for stored in index.texts.all_passages():
        row = np.array([stored.row])
        passages[stored.passage.id] = (
            stored.passage.text,
            stored.sha256,
            index.vectors.vectors(row).round(5).tolist(),
            index.windows.spans(stored.row),
            [
                sorted(index.occurrences.terms_of(int(window)))
                for window in index.windows.held_by(row).windows
            ],
        )
    manifest = index.manifest
    facts = [manifest.digest, manifest.sources, manifest.counts, manifest.text_form]
    terms = sorted(index.related.terms)
    return {"passages": passages, "facts": facts, "terms": terms}


def answers(root: Path) -> object:
    engine = open_engine(Settings(index=root), LETTERS)
    found = []
    for question in QUESTIONS:
        passages = engine.ask(question, 20).passages
        found.append(
            sorted(
                (p.document.path, p.start, p.end, p.text, round(p.scores.fused, 4), p.score)
                for p in passages
            )
        )
    return found


def assert_as_if_made_anew(source: Path, root: Path, anew: Path) -> None:
    build_index([source], anew, LETTERS, SHORT, anew=True)
    assert held(open_index(root)) == held(open_index(anew))
    assert [f for f in examine(root, lambda _name: LETTERS) if f.problem] == []


WORD = st.text("abcdefgh", min_size=1, max_size=4)
SENTENCE = st.lists(WORD, min_size=1, max_size=8).map(lambda w: " ".join(w).capitalize() + ".")
TEXT = st.lists(SENTENCE, min_size=1, max_size=6).map(" ".join)
FOLDER = st.dictionaries(
    st.sampled_from([f"{n}.txt" for n in range(6)] + ["deep/a.txt", "deep/b.txt"]), TEXT, min_size=1
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FOLDER, min_size=2, max_size=4), st.integers(0, 2**32))
def test_any_folders_one_after_the_other(
    tmp_path_factory: pytest.TempPathFactory, folders: list[dict[str, str]], seed: int
) -> None:
    tmp_path = tmp_path_factory.mktemp("folders")
    source, root = tmp_path / "source", tmp_path / "index"
    source.mkdir()
    rng = random.Random(seed)
    before: dict[str, str] = {}
    for folder in folders:
        # Some files stay, and some get another name.
        stay = {path: text for path, text in before.items() if rng.random() < 0.5}
        turned = {f"moved/{path}": text for path, text in before.items() if rng.random() < 0.2}
        before = {**turned, **folder, **stay}
        update(source, root, before)
        assert_as_if_made_anew(source, root, tmp_path / "anew")


@pytest.mark.parametrize("seed", [1])
def test_answers_after_many_changes_are_those_of_an_index_made_anew(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefgh", k=rng.randint(2, 5))) for _ in range(80)]

    def text() -> str:
        return " ".join(
            " ".join(rng.choices(words, k=rng.randint(3, 9))).capitalize() + "."
            for _ in range(rng.randint(2, 12))
        )

    source, root = tmp_path / "source", tmp_path / "index"
    source.mkdir()
    texts = {f"{number}.txt": text() for number in range(12)}
    for step in range(12):
        update(source, root, texts)
        build_index([source], tmp_path / "anew", LETTERS, SHORT, anew=True)
        assert answers(root) == answers(tmp_path / "anew")
        for path in rng.sample(sorted(texts), 3):
            changed = texts.pop(path)
            if rng.random() < 0.7:
                texts[rng.choice([path, f"moved{step}.txt"])] = rng.choice([changed, text()])
        texts[f"new{step}.txt"] = text()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture
def root(source: Path, tmp_path: Path) -> Path:
    """An index of three texts."""
    update(source, tmp_path / "index", THREE)
    return tmp_path / "index"


THREE = {"a.txt": "Aaa bbb. Ccc ddd.", "b.txt": "Bead cab. Face hag.", "c.txt": "Gag."}


def test_nothing_changed_makes_no_generation(source: Path, root: Path) -> None:
    pointer = read_pointer(root)
    receipt = update(source, root, THREE)
    assert receipt.nothing
    assert (receipt.unchanged, receipt.embedded, receipt.manifest.generation) == (3, 0, 1)
    assert read_pointer(root) == pointer


def test_only_what_is_new_is_embedded(source: Path, root: Path) -> None:
    receipt = update(source, root, {**THREE, "d.txt": "Dad had ham."})
    assert (receipt.added, receipt.unchanged) == (("d.txt",), 3)
    # the passage, which is its own window too, and the words "dad", "had", "ham"
    assert receipt.embedded == 4


def test_the_same_text_elsewhere_is_not_embedded_again(source: Path, root: Path) -> None:
    receipt = update(source, root, {**THREE, "d.txt": "Gag.", "e.txt": "Bead cab. Face hag."})
    assert (receipt.added, receipt.embedded) == (("d.txt", "e.txt"), 0)


def test_of_a_changed_file_only_what_differs_is_embedded(source: Path, root: Path) -> None:
    receipt = update(source, root, {**THREE, "b.txt": "Bead cab. Face bed."})
    assert (receipt.changed, receipt.unchanged) == (("b.txt",), 2)
    # the passage, its second sentence and the word "bed"
    assert receipt.embedded == 3
    assert_as_if_made_anew(source, root, root.parent / "anew")


def test_a_vanished_file_is_removed(source: Path, root: Path) -> None:
    receipt = update(source, root, {"a.txt": THREE["a.txt"], "c.txt": "Gag."})
    assert (receipt.removed, receipt.embedded) == (("b.txt",), 0)
    assert [d.path for d in open_index(root).texts.documents()] == ["a.txt", "c.txt"]


def test_a_moved_file_is_recognised(source: Path, root: Path) -> None:
    receipt = update(source, root, {"x/y.txt": THREE["b.txt"], "a.txt": THREE["a.txt"]})
    assert receipt.moved == (("b.txt", "x/y.txt"),)
    assert (receipt.removed, receipt.added, receipt.embedded) == (("c.txt",), (), 0)
    facts = {d.path: d.title for d in open_index(root).texts.documents()}
    assert facts == {"a.txt": "a", "x/y.txt": "y"}
    assert_as_if_made_anew(source, root, root.parent / "anew")


def test_a_file_that_was_moved_and_changed_is_new(source: Path, root: Path) -> None:
    receipt = update(source, root, {**THREE, "a.txt": "Aaa.", "x.txt": THREE["a.txt"]})
    assert (receipt.changed, receipt.added, receipt.moved) == (("a.txt",), ("x.txt",), ())
    assert_as_if_made_anew(source, root, root.parent / "anew")


def test_unchanged_data_is_shared(source: Path, root: Path) -> None:
    large = {f"{n}.txt": f"Bead face {n}. " * 30 for n in range(8)}
    update(source, root, large)
    before = open_index(root).manifest
    update(source, root, {**large, "new.txt": "Aha."})
    after = open_index(root).manifest
    shared = set(before.files.items()) & set(after.files.items())
    assert len(after.segments) == 2
    assert {name for name, _ in shared} == {n for n in before.files if "/s-" in n}
    assert len(list((root / "data").glob("s-*"))) == 3  # that of the three texts, too


def test_a_file_that_cannot_be_read_now_keeps_its_text(root: Path, tmp_path: Path) -> None:
    receipt = add_files([SourceFile(tmp_path / "not there", "b.txt")], root, LETTERS)
    (item,) = receipt.left_out
    assert item.refused
    assert item.reason.startswith("cannot be read")
    assert item.reason.endswith("what was indexed of it before stays")
    assert (receipt.nothing, receipt.unchanged) == (True, 3)


def test_what_cannot_be_read_replaces_nothing(root: Path, tmp_path: Path) -> None:
    blank = tmp_path / "b.txt"
    blank.write_text(" \n")
    receipt = add_files([SourceFile(blank, "b.txt")], root, LETTERS)
    assert [(item.path, item.refused) for item in receipt.left_out] == [("b.txt", True)]
    assert receipt.left_out[0].reason.endswith("; what was indexed of it before stays")
    assert (receipt.nothing, receipt.unchanged, receipt.removed) == (True, 3, ())
    assert {d.path for d in open_index(root).texts.documents()} == set(THREE)


def test_a_file_that_changed_into_no_text_is_removed_and_named(source: Path, root: Path) -> None:
    (source / "b.txt").write_text(" \n")
    receipt = build_index([source], root, LETTERS, SHORT)
    assert receipt.removed == ("b.txt",)
    assert [(item.path, item.refused) for item in receipt.left_out] == [("b.txt", True)]


def test_what_was_added_by_itself_stays(source: Path, root: Path) -> None:
    lone = source.parent / "lone.txt"
    lone.write_text("Lone bead.")
    receipt = add_files([SourceFile(lone, "lone.txt")], root, LETTERS)
    assert (receipt.added, receipt.unchanged) == (("lone.txt",), 3)
    update(source, root, {"a.txt": THREE["a.txt"]})
    origins = {d.path: d.origin for d in open_index(root).texts.documents()}
    assert origins == {"a.txt": "source", "lone.txt": "added"}


def test_what_was_added_survives_another_model(source: Path, root: Path) -> None:
    lone = source.parent / "lone.txt"
    lone.write_text("Lone bead.")
    add_files([SourceFile(lone, "lone.txt")], root, LETTERS)
    other = LetterEmbedder(sha256="1" * 64)
    with pytest.raises(IndexFormat, match=r"was made with the model letters.*name that model"):
        add_files([SourceFile(lone, "again.txt")], root, other)
    build_index([source], root, other, SHORT)
    origins = {d.path: d.origin for d in open_index(root).texts.documents()}
    assert origins == {**dict.fromkeys(THREE, "source"), "lone.txt": "added"}
    assert open_index(root).manifest.embedder.sha256 == "1" * 64


def test_an_added_file_that_turns_up_in_the_source_belongs_to_it(source: Path, root: Path) -> None:
    (source / "d.txt").write_text("Dad.")
    add_files([SourceFile(source / "d.txt", "d.txt")], root, LETTERS)
    build_index([source], root, LETTERS, SHORT)
    assert {d.origin for d in open_index(root).texts.documents()} == {"source"}
    receipt = update(source, root, THREE)
    assert receipt.removed == ("d.txt",)


def test_adding_needs_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="there is no index in"):
        add_files([], tmp_path / "index", LETTERS)


def test_documents_are_removed_by_path_id_and_pattern(source: Path, root: Path) -> None:
    update(source, root, {**THREE, "notes/a.txt": "Aha.", "notes/b.txt": "Hah."})
    first = open_index(root).texts.documents()[0]
    receipt = remove_documents(["notes/*", first.id, "c.txt"], root, LETTERS)
    assert set(receipt.removed) == {"notes/a.txt", "notes/b.txt", first.path, "c.txt"}
    with pytest.raises(DocumentUnknown, match=r"holds no document 'c\.txt'; `citewell list`"):
        remove_documents(["c.txt"], root, LETTERS)


def test_an_index_may_become_empty_but_not_begin_so(source: Path, root: Path) -> None:
    remove_documents(["*"], root, LETTERS)
    index = open_index(root)
    assert (index.manifest.counts.documents, index.segments) == (0, ())
    assert [f for f in examine(root, lambda _name: LETTERS) if f.problem] == []
    response = open_engine(Settings(index=root), LETTERS).ask("bead")
    assert (response.answer.verdict, response.answer.confidence) == ("not_found", 0.0)
    assert response.passages == ()
    (source / "empty").mkdir()
    with pytest.raises(NothingToIndex, match="no document could be read"):
        build_index([source / "empty"], root.parent / "none", LETTERS)


def test_many_single_additions_make_few_segments(root: Path, tmp_path: Path) -> None:
    for number in range(25):
        file = tmp_path / f"{number}.txt"
        file.write_text(f"Bead {'a' * (number + 1)}.")
        add_files([SourceFile(file, file.name)], root, LETTERS)
    index = open_index(root)
    assert index.manifest.counts.documents == 28
    assert len(index.segments) <= 6
