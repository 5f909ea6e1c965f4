"""Benchmark collections. In: a folder of corpus, queries, qrels. Out: values; a source folder.

The form is BEIR's with answer spans: ``corpus.jsonl`` (``_id, title, text``; may be gzipped),
``queries.jsonl`` (``_id, text, spans?, answers?, answerable?, group?``) and ``qrels.tsv``
(query, document, grade; first line a header).
"""

import csv
import gzip
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eval.errors import OutputExists, QuestionSetInvalid
from index.files import file_facts
from index.passage import text_digest

QUESTIONS = "questions.jsonl"
DOCUMENTS = "documents"


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
    """A collection in memory; ``qrels`` grade documents by query."""

    name: str
    documents: tuple[CollectionDocument, ...]
    queries: tuple[dict[str, Any], ...]
    qrels: dict[str, dict[str, int]]

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
        return replace(self, queries=kept)

    def named(self, ranked: Mapping[str, Sequence[int]]) -> dict[str, list[str]]:
        """Rankings of documents' rows as rankings of their ids, by query."""
        return {query: [self.documents[row].id for row in rows] for query, rows in ranked.items()}

    @property
    def digest(self) -> str:
        """The sha256 of what an export is made of: documents and queries."""
        return text_digest(repr((self.documents, self.queries)))


def read_collection(folder: Path) -> Collection:
    """Read a collection; raises ``QuestionSetInvalid`` when the folder is not one."""
    try:
        documents = tuple(
            CollectionDocument(row["_id"], row.get("title") or "", row["text"])
            for row in _json_lines(folder / "corpus.jsonl")
        )
        queries = tuple(_json_lines(folder / "queries.jsonl"))
        with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream, delimiter="\t"))[1:]
    except (OSError, ValueError, KeyError) as error:
        raise QuestionSetInvalid(
            f"{folder} is no collection of corpus.jsonl, queries.jsonl and qrels.tsv ({error}); "
            "name a folder that holds the three"
        ) from error
    qrels: dict[str, dict[str, int]] = {}
    for query, document, grade in rows:
        qrels.setdefault(query, {})[document] = int(grade)
    return Collection(folder.name, documents, queries, qrels)


def export_collection(
    collection: Collection,
    out: Path,
    off_subject: Collection | None = None,
    with_titles: bool = False,
) -> tuple[int, int]:
    """Write ``out/documents`` (a text file a document) and ``out/questions.jsonl``.

    Only queries with spans, or marked unanswerable, become questions; with ``off_subject``
    that collection's queries are the unanswerable ones instead. ``with_titles`` puts a
    document's title, if it has one, and a blank line before its text. Returns how many
    documents and questions were written; raises ``OutputExists`` when ``out`` is not empty.
    """
    if out.exists() and any(out.iterdir()):
        raise OutputExists(f"{out} is not empty; name a new folder with --out")
    (out / DOCUMENTS).mkdir(parents=True)
    heads = {d.id: d.head if with_titles else "" for d in collection.documents}
    for document in collection.documents:
        # newline="": line ends are part of the text that offsets count.
        file = out / DOCUMENTS / file_name(document.id)
        file.write_text(heads[document.id] + document.text, "utf-8", newline="")
    texts = {document.id: document.text for document in collection.documents}
    lines = [line for query in collection.queries if (line := _question(query, texts, heads))]
    if off_subject:
        lines = [line for line in lines if line["answerable"]]
        lines += [_off_subject(query) for query in off_subject.queries]
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (out / QUESTIONS).write_text(content, "utf-8")
    return len(collection.documents), len(lines)


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
    """The name of a document's file; its path in an index of the export."""
    return quote(identity, safe=" #()',&+") + ".txt"


def _question(
    query: dict[str, Any], texts: dict[str, str], heads: dict[str, str]
) -> dict[str, Any] | None:
    spans = query.get("spans") or []
    answerable = bool(spans)
    if not answerable and query.get("answerable", True):
        return None
    return {
        "id": query["_id"],
        "question": query["text"],
        "answerable": answerable,
        "expected": [
            {
                "document": file_name(span["doc"]),
                "quote": texts[span["doc"]][span["start"] : span["end"]],
                "start": len(heads[span["doc"]]) + span["start"],
            }
            for span in spans
        ],
        "answers": query.get("answers") or [],
        "tags": [query["group"]] if query.get("group") else [],
    }


def _off_subject(query: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"off-{query['_id']}",
        "question": query["text"],
        "answerable": False,
        "expected": [],
        "tags": ["off-subject"],
    }


def _json_lines(file: Path) -> Iterator[dict[str, Any]]:
    packed = file.with_name(file.name + ".gz")
    with (
        file.open(encoding="utf-8")
        if file.exists()
        else gzip.open(packed, "rt", 1, "utf-8") as stream
    ):
        for line in stream:
            if line.strip():
                yield json.loads(line)
