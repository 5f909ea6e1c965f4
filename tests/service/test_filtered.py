"""Questions of some documents alone, through engine and route."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import FilterInvalid
from index.filter import DocumentFilter
from service.answer import Response
from service.asking.previous import Previous, previous_of
from service.engine import Engine
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
from tests.service.corpora import emptied, engine_of, index_of

TEXTS = {
    "a/1.md": "---\ntags: [Garden]\ndate: 2024-05-01\n---\nBad cab. The cab faced.",
    "a/2.md": "---\ntags: [garden, lease]\n---\nDead beef.",
    "b/3.txt": "Dead beef in a cab.",
    "b/4.txt": "Hhhh.",
}
QUESTION = "Dead beef?"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return engine_of(tmp_path, TEXTS, threshold=0.0)


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    live = LiveEngine(Settings(index=index_of(tmp_path, TEXTS)), LetterEmbedder())
    return TestClient(create_app(live), "http://127.0.0.1:8000")


def _paths(response: Response) -> set[str]:
    return {passage.document.path for passage in response.passages}


def _same(first: Response, second: Response) -> bool:
    return replace(first, id="", timings_ms={}) == replace(second, id="", timings_ms={})


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (DocumentFilter(path=("a/*",)), {"a/1.md", "a/2.md"}),
        (DocumentFilter(tags=("LEASE",)), {"a/2.md"}),
        (DocumentFilter(date_before="2024-05-02"), {"a/1.md"}),
        (DocumentFilter(path=("b/*",), date_before="2030-01-01"), set()),
    ],
)
def test_only_what_the_filter_leaves_is_cited(
    engine: Engine, asked: DocumentFilter, found: set[str]
) -> None:
    assert _paths(engine.ask(QUESTION, 5)) == set(TEXTS)
    assert _paths(engine.ask(QUESTION, 5, None, asked)) == found
    retrieved = engine.retrieve(QUESTION, 5, None, asked)
    assert {p.document.path for p in retrieved.passages} == found


words = st.sampled_from(["bad", "cab", "dead", "beef", "face", "hhh", "egg", "why", "zoo"])
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)
corpora = st.dictionaries(
    st.sampled_from(["a/1.txt", "a/2.txt", "b/1.txt", "b/2.txt", "c.txt"]), texts, min_size=2
)
patterns = st.lists(
    st.sampled_from(["a/*", "b/?.txt", "*1.txt", "c*", "*"]), min_size=1, max_size=20
)


@settings(max_examples=25, deadline=None)
@given(corpora, patterns, st.lists(texts, min_size=1, max_size=3))
def test_nothing_outside_the_filter_is_ever_cited(
    held: dict[str, str], path: list[str], asked: Sequence[str]
) -> None:
    chosen = DocumentFilter(path=tuple(path))
    with TemporaryDirectory() as folder:
        engine = engine_of(Path(folder), held, threshold=0.0)
        kept = {each.path for each in engine.index.texts.documents() if _kept(each.path, path)}
        before: Previous | None = None
        for question in asked:
            filtered = engine.ask(question, 5, before, chosen)
            anywhere = engine.ask(question, 5, before)
            assert _paths(filtered) <= kept
            assert bool(filtered.passages) is bool(kept)
            assert _same(filtered, anywhere) or kept != set(held)
            used = filtered.understood.citations_used if filtered.understood else ()
            outside = {p.id for p in anywhere.passages if p.document.path not in kept}
            assert not outside.intersection(used)
            before = previous_of(anywhere)  # which may cite what the filter leaves out
        engine.index.texts.close()


def _kept(path: str, patterns: list[str]) -> bool:
    starts = {"a/*": "a/", "b/?.txt": "b/", "c*": "c", "*": ""}
    return any(
        path.endswith("1.txt") if each == "*1.txt" else path.startswith(starts[each])
        for each in patterns
    )


@pytest.mark.parametrize("asked", [DocumentFilter(), DocumentFilter(path=("a/*", "b/*"))])
def test_what_keeps_everything_answers_as_without(engine: Engine, asked: DocumentFilter) -> None:
    for question in (QUESTION, "quiz?", "Hello"):
        assert _same(engine.ask(question, 5, None, asked), engine.ask(question, 5))


def test_a_passage_that_is_left_scores_as_it_does_among_all(engine: Engine) -> None:
    whole = {p.document.path: p.scores for p in engine.ask(QUESTION, 5).passages}
    (left,) = engine.ask(QUESTION, 5, None, DocumentFilter(tags=("lease",))).passages
    for name in ("dense", "window", "joint", "lexical", "related", "coverage", "pairs"):
        assert getattr(left.scores, name) == getattr(whole["a/2.md"], name)


def test_the_id_depends_on_the_filter(engine: Engine) -> None:
    filters = [
        None,
        DocumentFilter(path=("*",)),
        DocumentFilter(path=("a/*",)),
        DocumentFilter(tags=("garden",)),
        DocumentFilter(tags=("lease", "garden")),
    ]
    ids = [engine.ask(QUESTION, 5, None, asked).id for asked in filters]
    assert len(set(ids)) == len(filters)
    turned = DocumentFilter(tags=("garden", "Lease"))
    assert engine.retrieve(QUESTION, 5, None, turned).id == ids[4]
    assert engine.ask(QUESTION, 5, None, DocumentFilter()).id == ids[0]


def test_it_is_told_that_no_document_is_left(engine: Engine) -> None:
    asked = DocumentFilter(tags=("lease",), date_from="2020-01-01")
    answer = engine.ask(QUESTION, 5, None, asked).answer
    assert (answer.verdict, answer.confidence) == ("not_found", 0.0)
    assert answer.absence is not None
    assert asdict(answer.absence) == {
        "reason": "no_document",
        "explanation": "No document is left to look in; widen the filter. The filter leaves out "
        "4 of 4 documents (each alone: tags 3, date 3).",
        "documents": 0,
        "passages": 0,
        "unknown_words": ("Dead", "beef"),
        "threshold": 0.0,
        "excluded_by": {"tags": 3, "date": 3},
    }


def test_what_only_others_hold_is_unknown(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS, threshold=1.0)
    asked = DocumentFilter(path=("a/*",))
    absence = engine.ask("Did Hhhh face it?", 5, None, asked).answer.absence
    assert absence is not None
    assert (absence.reason, absence.documents) == ("unknown_names", 2)
    assert absence.explanation.startswith(
        "No document mentions Hhhh. The filter leaves out 2 of 4 documents. Of 2 passages in 2 d"
    )
    assert absence.unknown_words == ("Hhhh",)
    whole = engine.ask("Did Hhhh face it?", 5).answer.absence
    assert whole is not None
    assert (whole.unknown_words, whole.excluded_by) == ((), {})


def test_an_empty_index_is_told_before_a_filter(tmp_path: Path) -> None:
    answer = emptied(tmp_path).ask(QUESTION, 5, None, DocumentFilter(path=("a",))).answer
    assert answer.absence is not None
    assert answer.absence.reason == "empty_index"


def test_a_citation_that_the_filter_leaves_out_is_not_leant_on(engine: Engine) -> None:
    cited = previous_of(engine.ask(QUESTION, 1, None, DocumentFilter(tags=("lease",))))
    chosen = DocumentFilter(path=("b/*",))
    found = engine.ask("Why?", 5, cited, chosen)
    assert found.understood is not None
    assert (found.understood.leans, found.understood.citations_used) == (True, ())
    assert found.understood.citations_unknown == cited.citations
    assert _paths(found) == {"b/3.txt", "b/4.txt"}
    inside = engine.ask("Why?", 5, cited, DocumentFilter(path=("a/*",))).understood
    assert inside is not None
    assert inside.citations_used == cited.citations


def test_the_engine_names_the_field_of_the_request(engine: Engine) -> None:
    with pytest.raises(FilterInvalid, match=r"filter\.documents\.0: is no id of a document") as got:
        engine.ask(QUESTION, 5, None, DocumentFilter(documents=("d_1",)))
    assert got.value.field == "filter.documents.0"


def _asked(client: TestClient, route: str, **chosen: object) -> Any:
    # As ASCII, so that half of a surrogate pair can be sent.
    body = json.dumps({"question": QUESTION, "filter": chosen})
    reply = client.post(route, content=body, headers={"Content-Type": "application/json"})
    return reply.status_code, reply.json()


@pytest.mark.parametrize("route", ["/v1/ask", "/v1/retrieve"])
def test_a_request_may_have_a_filter(client: TestClient, route: str) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    ids = {each["path"]: each["id"] for each in listed}
    for chosen, found in [
        ({"documents": [ids["b/4.txt"], ids["a/1.md"]]}, {"b/4.txt", "a/1.md"}),
        ({"path": ["*3*"], "tags": None}, {"b/3.txt"}),
        ({"tags": ["lease", "Garden"]}, {"a/2.md"}),
        ({"date_from": "2024-05-01", "date_before": "2024-05-02"}, {"a/1.md"}),
        ({}, set(TEXTS)),
    ]:
        status, body = _asked(client, route, **chosen)  # type: ignore[arg-type]
        assert status == 200
        assert {p["document"]["path"] for p in body["passages"]} == found


def test_events_are_those_of_the_filter(client: TestClient) -> None:
    body = {"question": QUESTION, "filter": {"path": ["b/4*"]}}
    reply = client.post("/v1/ask", json=body, headers={"Accept": "text/event-stream"})
    assert "b/4.txt" in reply.text
    assert "b/3.txt" not in reply.text


@pytest.mark.parametrize("route", ["/v1/ask", "/v1/retrieve"])
@pytest.mark.parametrize(
    ("chosen", "kind", "field"),
    [
        ({"documents": ["d_0000000000000000"]}, "filter-invalid", "filter.documents.0"),
        ({"date_from": "2024-02-30"}, "filter-invalid", "filter.date_from"),
        ({"date_before": "\udc00"}, "filter-invalid", "filter.date_before"),
        ({"tags": ["a", "\udc00"]}, "request-invalid", "filter.tags.1"),
        ({"documents": ["\udc00"]}, "request-invalid", "filter.documents.0"),
        ({"path": []}, "request-invalid", "filter.path"),
        ({"path": ["a", ""]}, "request-invalid", "filter.path.1"),
        ({"path": "a"}, "request-invalid", "filter.path"),
        ({"paths": ["a"]}, "request-invalid", "filter.paths"),
        ({"tags": [1]}, "request-invalid", "filter.tags.0"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(
    client: TestClient, route: str, chosen: dict[str, Any], kind: str, field: str
) -> None:
    status, body = _asked(client, route, **chosen)
    assert (status, body["type"], body["field"]) == (422, f"urn:citewell:problem:{kind}", field)
