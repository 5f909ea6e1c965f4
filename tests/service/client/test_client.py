"""The client gives what a real server holds and answers, and nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.build import build_index
from service.answer import Response, Retrieval
from service.client import (
    Asked,
    Client,
    ClientInvalid,
    DocumentFilter,
    DocumentItem,
    DocumentText,
    MarkedPlace,
    ServiceRefused,
    previous_of,
    records,
)
from service.engine import open_engine
from service.feedback import FeedbackStore
from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from tests.conftest import ROOT
from tests.fakes import LetterEmbedder
from tests.service.served import Served

TEXTS = {
    "one.txt": "Aaa bbb. Ccc ddd eee.",
    "deep er/two.md": "---\ntags: [garden, lease]\ndate: 2026-01-31\n---\n# Bab\n\nBab bab? Cab.\n",
    "deep er/three.txt": "Dead beef faced.",
}


def build(root: Path) -> Path:
    for path, text in TEXTS.items():
        (root / "source" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "source" / path).write_text(text, "utf-8")
    build_index([root / "source"], root / "index", LetterEmbedder())
    return root / "index"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that no test of this module changes."""
    return build(tmp_path_factory.mktemp("client"))


@pytest.fixture(scope="module")
def citewell(index: Path) -> Iterator[Client]:
    """A client of a server on a real socket."""
    with (
        Served(LiveEngine(Settings(index=index), LetterEmbedder())) as served,
        Client(f"{served.url}/") as client,
    ):
        yield client


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Client]:
    """A client of a server whose index a test may change."""
    live = LiveEngine(Settings(index=build(tmp_path)), LetterEmbedder())
    with Served(live) as served, Client(served.url) as client:
        yield client


def untimed(response: Any) -> Any:
    return replace(response, timings_ms={})


def test_an_answer_is_that_of_the_engine(index: Path, citewell: Client) -> None:
    engine = open_engine(Settings(index=index), LetterEmbedder())
    told = citewell.ask("bab?", 2)
    assert untimed(told) == untimed(engine.ask("bab?", 2))
    assert isinstance(told, Response)
    assert untimed(citewell.retrieve("bab?", 2)) == untimed(engine.retrieve("bab?", 2))
    assert untimed(citewell.ask("ddd")) == untimed(engine.ask("ddd"))
    previous = previous_of(told)
    after = citewell.ask("And why?", previous=previous)
    assert untimed(after) == untimed(engine.ask("And why?", 5, previous))
    assert after.understood is not None
    assert after.understood.leans
    only = DocumentFilter(path=("deep er/*",), date_from="2026-01-01")
    some = citewell.retrieve("aaa", only=only)
    assert untimed(some) == untimed(engine.retrieve("aaa", 5, None, only))
    assert {passage.document.path for passage in some.passages} == {"deep er/two.md"}


def test_a_streamed_answer_is_the_plain_one(citewell: Client) -> None:
    plain = citewell.ask("bab?", 3)
    events = list(citewell.ask_stream("bab?", 3))
    kinds = [kind for kind, _ in events]
    assert kinds == ["passages", *["quote"] * len(plain.answer.quotes), "done"]
    first, last = events[0][1], events[-1][1]
    assert isinstance(first, Retrieval)
    assert isinstance(last, Response)
    assert untimed(last) == untimed(plain)
    assert first.passages == plain.passages
    assert tuple(value for kind, value in events if kind == "quote") == plain.answer.quotes


def test_many_are_answered_as_each_alone(citewell: Client) -> None:
    only = DocumentFilter(path=("deep er/*",))
    previous = previous_of(citewell.ask("bab?"))
    after = Asked("And why?", 2, previous, only)
    told = citewell.ask_batch(["bab?", after, Asked("  "), "ddd"])
    first, second, refused, last = told
    assert untimed(first) == untimed(citewell.ask("bab?"))
    assert untimed(second) == untimed(citewell.ask("And why?", 2, previous=previous, only=only))
    assert untimed(last) == untimed(citewell.ask("ddd"))
    assert isinstance(refused, ServiceRefused)
    assert str(refused) == "HTTP 422: question: is empty; ask something"
    assert (refused.type, refused.field) == ("urn:citewell:problem:question-invalid", "question")
    assert refused.request_id


def test_too_many_and_none_are_refused_whole(citewell: Client) -> None:
    with pytest.raises(ServiceRefused, match=r"^HTTP 422: questions: .* at most 32 items"):
        citewell.ask_batch(["bab?"] * 33)
    with pytest.raises(ServiceRefused, match=r"^HTTP 422: questions: .* at least 1 item"):
        citewell.ask_batch([])


def test_threads_share_a_client(citewell: Client) -> None:
    questions = ["bab?", "ddd", "dead beef", "aaa bbb"] * 6
    alone = {question: untimed(citewell.ask(question)) for question in set(questions)}
    with ThreadPoolExecutor(8) as threads:
        for question, told in zip(questions, threads.map(citewell.ask, questions), strict=True):
            assert untimed(told) == alone[question]


def test_a_stream_may_be_left(citewell: Client) -> None:
    for _ in range(5):
        events = citewell.ask_stream("bab?")
        assert next(events)[0] == "passages"
        events.close()
        with pytest.raises(StopIteration, match=r"^$"):
            next(events)
    assert citewell.ask("bab?").passages


def test_all_documents_are_listed_over_all_pages(citewell: Client) -> None:
    listed = list(citewell.documents())
    assert [item.path for item in listed] == sorted(TEXTS)
    pages = list(citewell.pages(limit=1))
    assert [page.documents for page in pages] == [(item,) for item in listed]
    assert [page.next is None for page in pages] == [False, False, True]
    assert {page.total for page in pages} == {3}
    assert {page.index for page in pages} == {citewell.ready()}
    assert citewell.version() == version("citewell")
    lease = [item for item in listed if item.path == "deep er/two.md"]
    assert (lease[0].date, lease[0].tags, lease[0].origin) == (
        "2026-01-31",
        ("garden", "lease"),
        "source",
    )
    assert list(citewell.documents(DocumentFilter(tags=("Lease",)))) == lease
    only = DocumentFilter(path=("deep er/*", "x"), documents=tuple(each.id for each in listed))
    pages = list(citewell.pages(only, "-path", limit=1))
    assert [page.documents[0].path for page in pages] == ["deep er/two.md", "deep er/three.txt"]


def test_a_document_and_a_citation_are_told_whole(citewell: Client) -> None:
    passage = citewell.retrieve("bab?").passages[0]
    document = citewell.document(passage.document.id)
    assert isinstance(document, DocumentText)
    assert document.text[passage.start : passage.end] == passage.text
    assert [heading.title for heading in document.headings] == ["Bab"]
    (item,) = (each for each in citewell.documents() if each.id == document.id)
    assert DocumentItem(**{name: getattr(document, name) for name in asdict(item)}) == item
    cited = citewell.citation(passage.id)
    assert (cited.text, cited.status, cited.document) == (
        passage.text,
        "current",
        passage.document,
    )
    assert [(span.start, span.end) for span in cited.now] == [(passage.start, passage.end)]


@pytest.mark.parametrize("identity", ["d_0", "a/b?c#d", "%2e%2e", "ä 😀", "..", "", "\ud800"])
def test_what_is_not_there_is_refused(citewell: Client, identity: str) -> None:
    with pytest.raises(ServiceRefused, match=r"^HTTP (404|307): "):
        citewell.document(identity)
    with pytest.raises(ServiceRefused, match=r"^HTTP 404: "):
        citewell.citation(identity)


def test_a_refusal_tells_what_the_service_says(citewell: Client) -> None:
    with pytest.raises(ServiceRefused, match=r"^HTTP 422: question: .*is empty") as caught:
        citewell.ask("  ")
    error = caught.value
    assert (error.status, error.type) == (422, "urn:citewell:problem:question-invalid")
    assert (error.title, error.field) == ("Unprocessable Entity", "question")
    assert "is empty; ask something" in error.detail
    assert error.retry_after is None
    assert error.request_id
    with pytest.raises(ServiceRefused, match=r"^HTTP 422: question: .*is empty"):
        next(citewell.ask_stream("  "))
    with pytest.raises(ServiceRefused, match=r"^HTTP 422: .*top_k") as caught:
        citewell.retrieve("bab?", 0)
    assert caught.value.field == "top_k"
    with pytest.raises(ServiceRefused, match=r"^HTTP 422: filter\.date_from: ") as caught:
        citewell.ask("bab?", only=DocumentFilter(date_from="2026"))


@pytest.mark.parametrize("question", ["\ud800", "a\udfff"])
def test_what_no_bytes_can_say_is_not_sent(citewell: Client, question: str) -> None:
    with pytest.raises(ClientInvalid, match=r"this cannot be sent .*surrogates"):
        citewell.ask(question)
    with pytest.raises(ClientInvalid, match=r"this cannot be sent .*surrogates"):
        next(citewell.ask_stream(question))


def test_an_address_that_is_too_long_is_not_sent(citewell: Client) -> None:
    with pytest.raises(ClientInvalid, match=r"this cannot be sent \(URL"):
        citewell.document("a" * 70_000)


def test_documents_are_added_and_removed(writer: Client, tmp_path: Path) -> None:
    (tmp_path / "lease.txt").write_bytes("Ääh bad.".encode())
    receipt = writer.upload({"new/läse.txt": tmp_path / "lease.txt"}, tags=["x, y", "z"])
    assert (receipt.added, receipt.changed, receipt.unchanged) == (("new/läse.txt",), (), 0)
    (item,) = receipt.documents
    assert (item.tags, item.date, item.origin) == (("x", "y", "z"), None, "added")
    assert receipt.index == writer.ready()
    assert writer.document(item.id).text == "Ääh bad."
    again = writer.upload(
        {"new/läse.txt": b"Bag.", "bad.txt": b"\xff\xfe\xff", "c.md": b"# C\n\nCab"}
    )
    assert (again.added, again.changed) == (("c.md",), ("new/läse.txt",))
    assert [refused.path for refused in again.refused] == ["bad.txt"]
    removal = writer.delete(item.id, erase=True)
    assert (removal.removed, removal.erased) == (("new/läse.txt",), True)
    assert removal.index.generation == 4
    with pytest.raises(ServiceRefused, match="HTTP 404: there is no document"):
        writer.delete(item.id)


def test_dates_and_no_tags_are_stated(writer: Client) -> None:
    content = b"---\ntags: [a]\n---\nBab."
    assert writer.upload({"a.md": content}, date="2026-02-03").documents[0].tags == ("a",)
    (item,) = writer.upload({"b.md": content}, tags=[], date="2026-02-03").documents
    assert (item.tags, item.date) == ((), "2026-02-03")


def test_a_path_stays_what_it_is_or_is_refused(writer: Client) -> None:
    odd = 'a "quoted" %22 name.txt'
    assert writer.upload({odd: b"Aaa."}).added == (odd,)
    with pytest.raises(ClientInvalid, match="send it alone"):
        writer.upload({odd: b"Aaa.", "b.txt": b"Bbb."})
    assert writer.upload({"a%22.txt": b"Aaa.", "b c;d=ä.txt": b"Bbb."}).added == (
        "a%22.txt",
        "b c;d=ä.txt",
    )
    for path in ("../a.txt", "a\\b.txt", "/a.txt", "a\nb.txt", ""):
        with pytest.raises(ServiceRefused, match="HTTP 422: path: "):
            writer.upload({path: b"Aaa."})
    with pytest.raises(ServiceRefused, match=r"HTTP 4(15|22): "):
        writer.upload({})


def test_feedback_is_kept(writer: Client, tmp_path: Path) -> None:
    response = writer.ask("bab?")
    passage = response.passages[0]
    place = MarkedPlace(passage.document.id, passage.start, passage.end, passage.document.sha256)
    receipt = writer.feedback(
        "bab?", "right", answer_id=response.id, passages=[place], comment="so"
    )
    assert receipt.index == response.index
    (kept,) = FeedbackStore.of(tmp_path / "index").read().feedback
    assert (kept.id, kept.created, kept.answer_id) == (receipt.id, receipt.created, response.id)
    assert [quote.quote for quote in kept.passages] == [passage.text]
    with pytest.raises(ServiceRefused, match=r"HTTP 422: passages\.0\.sha256: "):
        writer.feedback("bab?", "right", passages=[replace(place, sha256="0" * 64)])


def test_a_key_is_sent_and_shown_nowhere(tmp_path: Path) -> None:
    index = build(tmp_path)
    key = add_key(index.with_name("index.keys.json"), "a", "read")
    with Served(LiveEngine(Settings(index=index), LetterEmbedder())) as served:
        with Client(served.url, key) as client:
            assert len(list(client.documents())) == 3
            assert repr(client) == f"Client('{served.url}')"
            with pytest.raises(ServiceRefused, match=r"^HTTP 403: ") as caught:
                client.delete("d_0")
            assert key not in f"{caught.value!r}{vars(caught.value)}"
        with Client(served.url) as client, pytest.raises(ServiceRefused, match=r"^HTTP 401: "):
            next(client.documents())


SCHEMAS = ["DocumentItem", "DocumentText", "DocumentList", "UploadReceipt", "RefusedFile"]


@pytest.mark.parametrize("name", [*SCHEMAS, "Removal", "FeedbackReceipt"])
def test_records_have_the_fields_that_are_described(client: TestClient, name: str) -> None:
    schema = client.get("/openapi.json").json()["components"]["schemas"][name]
    kind = getattr(records, name)
    assert set(kind.__dataclass_fields__) == set(schema["properties"])
    assert kind.__dataclass_params__.frozen


def test_what_is_marked_is_what_feedback_takes(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()["components"]["schemas"]["PlaceBody"]
    assert set(MarkedPlace.__dataclass_fields__) == set(schema["properties"])


def test_the_client_loads_no_model_index_or_web_framework() -> None:
    code = (
        "import sys, service.client; "
        "print(*{'torch', 'transformers', 'faiss', 'fastapi', 'starlette', 'numpy', 'bm25s'}"
        " & sys.modules.keys(), service.client.Client)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "<class 'service.client.client.Client'>\n"
