"""Benchmark collections. In: a folder of corpus, queries, qrels. Out: values; a source folder.

The form is BEIR's with answer spans: ``corpus.jsonl`` (``_id, title, text``; may be gzipped),
``queries.jsonl`` (``_id, text, spans?, answers?, answerable?, group?, lost?``) and
``qrels.tsv`` (query, document, grade; first line a header). ``eval.questions.forms`` reads
other forms into the same values.
"""

import codecs
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eval.errors import OutputExists, QuestionSetInvalid
from eval.questions.convert import Written, off_subject_question, question_of
from eval.questions.question import Question
from eval.questions.rows import DocumentRow, Qrels, QueryRow, is_there, read_qrels, read_rows
from index.files import file_facts
from index.passage import text_digest

QUESTIONS = "questions.jsonl"
DOCUMENTS = "documents"
NO_TEXT = "documents without text"
NOT_TEXT = "documents that hold NUL characters"
UNKNOWN = "judgements of documents or queries that are not in the collection"
NOT_WRITTEN = "judgements of documents that are left out"
ASKED_TOO = "questions that the other collection asks too"
REPLACED = "unanswerable questions, for which the off-subject ones stand"
CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
_SUFFIX, _LONGEST_NAME = ".txt", 255  # bytes, in most file systems


@dataclass(frozen=True, slots=True)
class CollectionDocument:
    """A document; offsets of spans refer to ``text`` alone."""

    id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        """Title and text as BEIR joins them."""
        return f"{self.title} {self.text}".strip()

    @property
    def head(self) -> str:
        """What stands before the text in a file with titles: the title and a blank line."""
        return f"{self.title}\n\n" if self.title.strip() else ""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection in memory; ``qrels`` grade documents by query.

    ``left_out`` counts, by reason, what its files hold that could not be taken over.
    """

    name: str
    documents: tuple[CollectionDocument, ...]
    queries: tuple[dict[str, Any], ...]
    qrels: Qrels
    left_out: Mapping[str, int] = field(default_factory=dict)

    def judged(self, group: str | None = None) -> dict[str, str]:
        """The texts of the queries that have judgements, by id; of one group if given."""
        return {
            query["_id"]: query["text"]
            for query in self.queries
            if query["_id"] in self.qrels and group in (None, query.get("group"))
        }

    def first_relevant(self, query: str) -> str:
        """The id, lowest in order, of a relevant document of a query; empty without any."""
        return min((d for d, grade in self.qrels[query].items() if grade > 0), default="")

    def without(self, other: "Collection") -> "Collection":
        """The collection less the queries that the other asks in the same words."""
        asked = {query["text"].strip() for query in other.queries}
        kept = tuple(query for query in self.queries if query["text"].strip() not in asked)
        left_out = {**self.left_out, ASKED_TOO: len(self.queries) - len(kept)}
        return replace(self, queries=kept, left_out=left_out)

    def named(self, ranked: Mapping[str, Sequence[int]]) -> dict[str, list[str]]:
        """Rankings of documents' rows as rankings of their ids, by query."""
        return {query: [self.documents[row].id for row in rows] for query, rows in ranked.items()}

    @property
    def digest(self) -> str:
        """The sha256 of what an export is made of: documents, queries and judgements."""
        return text_digest(repr((self.documents, self.queries, self.qrels)))


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written, and what was not: a count for each reason."""

    documents: int
    answerable: int
    unanswerable: int
    left_out: Mapping[str, int]


def read_collection(folder: Path) -> Collection:
    """Read a collection; raises ``QuestionSetInvalid`` when the folder is not one."""
    missing = [name for name in (CORPUS, QUERIES) if not is_there(folder, name)]
    missing += [] if (folder / QRELS).is_file() else [QRELS]
    if missing:
        raise QuestionSetInvalid(
            f"{folder} is no collection of {CORPUS}, {QUERIES} and {QRELS} "
            f"({' and '.join(missing)} missing); name a folder that holds the three"
        )
    return collection_of(folder, read_qrels(folder / QRELS))


def collection_of(folder: Path, qrels: Qrels) -> Collection:
    """The corpus and the queries of a folder with these judgements."""
    documents = tuple(
        CollectionDocument(row.id, row.title or "", row.text)
        for row in read_rows(folder / CORPUS, DocumentRow)
    )
    queries = tuple(
        row.model_dump(by_alias=True, exclude_unset=True)
        for row in read_rows(folder / QUERIES, QueryRow)
    )
    known = {document.id for document in documents}, {query["_id"] for query in queries}
    unknown = sum(
        document not in known[0] or query not in known[1]
        for query, judged in qrels.items()
        for document in judged
    )
    return Collection(folder.resolve().name, documents, queries, qrels, {UNKNOWN: unknown})


def export_collection(
    collection: Collection,
    out: Path,
    off_subject: Collection | None = None,
    with_titles: bool = False,
) -> Exported:
    """Write ``out/documents`` (a text file a document) and ``out/questions.jsonl``.

    A query with spans, or marked unanswerable, becomes a question, and one with judgements
    alone a question that expects whole documents; with ``off_subject`` that collection's
    queries are the unanswerable ones instead. ``with_titles`` puts a document's title, if it
    has one, and a blank line before its text. Documents that an index would refuse are not
    written. Raises ``OutputExists`` when ``out`` is not an empty or new folder, and
    ``QuestionSetInvalid`` for a span that is none.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputExists(f"{out} is not empty; name a new folder with --out")
    left_out = Counter(collection.left_out)
    contents = _contents(collection, with_titles, left_out)
    written = {identity: target for identity, (target, _) in contents.items()}
    questions = _questions(collection, written, off_subject, left_out)
    (out / DOCUMENTS).mkdir(parents=True)
    for target, content in contents.values():
        with (out / DOCUMENTS / target.path).open("xb") as stream:  # never over another
            stream.write(content)
    lines = [question.model_dump_json(exclude_defaults=True) for question in questions]
    (out / QUESTIONS).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    answerable = sum(question.answerable for question in questions)
    return Exported(len(contents), answerable, len(questions) - answerable, left_out)


def make_once(folder: Path, state: str, make: Callable[[], None]) -> None:
    """Have a folder made, unless it was made in this state; a stamp beside it keeps the state.

    What an earlier call made, whole or not, is removed first; raises ``OutputExists`` when
    the folder is there without a stamp.
    """
    stamp = folder.with_name(f"{folder.name}.stamp")
    if stamp.exists() and stamp.read_text("utf-8") == state and folder.exists():
        return
    if folder.exists() and not stamp.exists():
        raise OutputExists(f"{folder} was not made by this command; name another folder by --work")
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text("", "utf-8")  # what follows is ours even when it is not completed
    if folder.exists():
        shutil.rmtree(folder)
    make()
    stamp.write_text(state, "utf-8")


def files_digest(files: Iterable[Path]) -> str:
    """The sha256 over names and contents of files."""
    return text_digest("\n".join(sorted(f"{f.name} {file_facts(f).sha256}" for f in files)))


def file_name(identity: str) -> str:
    """The name of a document's file; its path in an index of the export.

    ASCII, at most 255 bytes; nothing in it parts folders or hides the file, and a name that
    would be longer ends in a digest.
    """
    name = quote(identity, safe=" #()',&+")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) + len(_SUFFIX) > _LONGEST_NAME:
        digest = text_digest(identity)[:32]
        name = f"{name[: _LONGEST_NAME - len(_SUFFIX) - len(digest) - 1]}-{digest}"
    return name + _SUFFIX


def _contents(
    collection: Collection, with_titles: bool, left_out: Counter[str]
) -> dict[str, tuple[Written, bytes]]:
    """The documents to write with the bytes of their files, by id."""
    contents = {}
    for document in collection.documents:
        head = document.head if with_titles else ""
        text = head + document.text
        if not text.strip() or "\x00" in text:
            left_out[NOT_TEXT if text.strip() else NO_TEXT] += 1
            left_out[NOT_WRITTEN] += sum(document.id in j for j in collection.qrels.values())
            continue
        # A mark is taken for that of the encoding, so it stands before one of the text's own
        # and where the bytes could be taken for another encoding.
        mark = codecs.BOM_UTF8 if text.startswith("\ufeff") or "\x1b$" in text else b""
        written = Written(file_name(document.id), len(head), document.text)
        contents[document.id] = written, mark + text.encode()
    return contents


def _questions(
    collection: Collection,
    written: Mapping[str, Written],
    off_subject: Collection | None,
    left_out: Counter[str],
) -> list[Question]:
    """The questions to write; those that cannot be are counted."""
    judged = collection.qrels
    made = [question_of(q, judged.get(q["_id"], {}), written) for q in collection.queries]
    if off_subject:
        made = [REPLACED if isinstance(q, Question) and not q.answerable else q for q in made]
        made += map(off_subject_question, off_subject.queries)
    left_out.update(reason for reason in made if isinstance(reason, str))
    return [question for question in made if isinstance(question, Question)]
