from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from index.build import remove_documents
from index.errors import CitewellError
from index.passage import stable_id
from service.errors import (
    CitationIdInvalid,
    CitationMissing,
    DocumentMissing,
    QuestionInvalid,
    ToolArgumentsInvalid,
)
from service.live import LiveEngine
from service.mcp_server.tools import Done, Tool, tools_of
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.calibrations import SCORE, calibration_file
from tests.service.corpora import index_of

ASKED = "What has faced the bad beef?"
LONG = "Äh 😀 bab. " * 20_000  # 200,000 characters, in several pieces on the disk
TEXTS = {
    "1.txt": "Dead Abe has faced the beef.",
    "2\n.txt": "Bab has a bad face. Beef is bad.",
    "long.txt": LONG,
}
D_LONG = stable_id("d", "long.txt")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> LiveEngine:
    root = tmp_path_factory.mktemp("mcp")
    return _live(root, TEXTS)


def _live(root: Path, texts: dict[str, str], **more: float) -> LiveEngine:
    stated = {"index": index_of(root, texts), "calibration": calibration_file(root / "mine")}
    return LiveEngine(Settings.model_validate(stated | more), LetterEmbedder())


def called(live: LiveEngine, name: str, **arguments: Any) -> Done:
    """What a tool gives, which must be as its schema says."""
    (tool,) = (tool for tool in tools_of(live) if tool.name == name)
    done = tool.call(arguments)
    Draft202012Validator(tool.takes).validate(arguments)
    Draft202012Validator(tool.gives).validate(done.structured)
    return done


def test_there_are_five_tools_with_object_schemas(live: LiveEngine) -> None:
    tools = tools_of(live)
    names = ["ask", "retrieve", "list_documents", "read_document", "read_citation"]
    assert [tool.name for tool in tools] == names
    for tool in tools:
        Draft202012Validator.check_schema(tool.takes)
        Draft202012Validator.check_schema(tool.gives)
        assert (tool.takes["type"], tool.gives["type"]) == ("object", "object")
        assert tool.takes["additionalProperties"] is False
        assert tool.description


def test_ask_is_the_engines_answer(live: LiveEngine) -> None:
    done, response = called(live, "ask", question=ASKED, top_k=2), live.engine().ask(ASKED, 2)
    found = done.structured
    assert (found["id"], found["verdict"]) == (response.id, "answered")
    assert (found["answer"], found["confidence"]) == (response.answer.text, 0.8808)
    cited = [response.passages[rank - 1] for rank in response.answer.citations]
    assert found["citations"] == [passage.id for passage in cited]
    assert [(each["citation"], each["text"]) for each in found["passages"]] == [
        (passage.id, passage.text) for passage in response.passages
    ]
    for quote in response.answer.quotes:
        assert f"“{quote.text}” [{quote.citation}]" in done.text
    for passage in cited:
        assert f"- [{passage.rank}] {' '.join(passage.document.path.split())}: {passage.id}" in (
            done.text
        )
    assert done.text.endswith("Confidence: 88%")


def test_no_answer_says_why_and_what_is_nearest(tmp_path: Path) -> None:
    done = called(_live(tmp_path, {"1.txt": "Dead beef."}, threshold=1.0), "ask", question="Bab?")
    found = done.structured
    assert (found["verdict"], found["answer"], found["citations"]) == ("not_found", None, [])
    assert done.text.startswith(found["explanation"])
    (passage,) = found["passages"]
    where = f"[1] 1.txt, characters 0 to 10, score {SCORE:.0%}, {passage['citation']}\nDead beef."
    assert done.text.endswith(f"Nearest passages:\n\n{where}")


def test_retrieve_is_the_engines_retrieval(live: LiveEngine) -> None:
    done = called(live, "retrieve", question=ASKED, top_k=3)
    expected = live.engine().retrieve(ASKED, 3)
    assert done.structured["id"] == expected.id
    found = done.structured["passages"]
    assert [each["citation"] for each in found] == [passage.id for passage in expected.passages]
    assert all(each["citation"] in done.text and each["text"] in done.text for each in found)


@pytest.mark.parametrize("name", ["ask", "retrieve"])
def test_a_question_leans_on_the_one_before(live: LiveEngine, name: str) -> None:
    cited = called(live, "ask", question=ASKED).structured["citations"]
    before = {"previous_question": ASKED, "previous_citations": cited}
    found = called(live, name, question="And why?", **before).structured
    assert found["understood"] == f"{ASKED} And why?"
    assert called(live, name, question="And why?").structured["understood"] is None


def test_documents_are_listed_part_by_part(live: LiveEngine) -> None:
    whole = called(live, "list_documents")
    assert whole.structured["total"] == 3
    assert whole.structured["next_offset"] is None
    assert {each["path"]: each["length"] for each in whole.structured["documents"]} == {
        path: len(text) for path, text in TEXTS.items()
    }
    assert whole.text.startswith("3 of 3 documents:\nd_")
    assert len(whole.text.splitlines()) == 4  # a path with a line break takes one line
    parts: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        part = called(live, "list_documents", limit=2, offset=offset).structured
        parts += part["documents"]
        offset = part["next_offset"]
    assert parts == whole.structured["documents"]
    beyond = called(live, "list_documents", offset=9).structured
    assert (beyond["documents"], beyond["next_offset"]) == ([], None)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, len(LONG)), length=st.integers(1, 100_000))
def test_any_part_of_a_document_can_be_read(live: LiveEngine, offset: int, length: int) -> None:
    done = called(live, "read_document", document=D_LONG, offset=offset, length=length)
    part, end = done.structured, min(offset + length, len(LONG))
    assert part["text"] == LONG[offset:end]
    assert part["next_offset"] == (end if end < len(LONG) else None)
    assert done.text.endswith(f"\n\n{LONG[offset:end]}")


def test_a_large_document_is_read_in_parts(tmp_path: Path) -> None:
    large = "Aha bab. " * 50_000  # 450,000 characters
    live = _live(tmp_path, {"large.txt": large})
    texts: list[str] = []
    offset: int | None = 0
    while offset is not None:
        part = called(
            live,
            "read_document",
            document=stable_id("d", "large.txt"),
            offset=offset,
            length=100_000,
        ).structured
        texts.append(part["text"])
        offset = part["next_offset"]
    assert len(texts) == 5
    assert "".join(texts) == large


def test_a_citation_is_read_again(tmp_path: Path) -> None:
    live = _live(tmp_path, {"1.txt": TEXTS["1.txt"], "2.txt": "Hhh."})
    passage = called(live, "ask", question=ASKED).structured["passages"][0]
    done = called(live, "read_citation", citation=passage["citation"])
    assert (done.structured["text"], done.structured["status"]) == (passage["text"], "current")
    assert done.text == f"“{passage['text']}”\n\n1.txt, characters 0 to 28\ncurrent"
    remove_documents(["1.txt"], live.settings.index, LetterEmbedder())
    gone = called(live, "read_citation", citation=passage["citation"])
    assert gone.structured["status"] == "gone"
    assert gone.text.endswith(f"gone: {gone.structured['note']}")


REFUSED: list[tuple[str, dict[str, Any], type[CitewellError], str]] = [
    ("ask", {}, ToolArgumentsInvalid, "question: Field required"),
    ("ask", {"question": ""}, ToolArgumentsInvalid, "question: String should have at least 1"),
    ("ask", {"question": " "}, QuestionInvalid, "question: is empty; ask something"),
    ("ask", {"question": "a" * 2001}, ToolArgumentsInvalid, "at most 2000 characters"),
    ("ask", {"question": "a", "top_k": "5"}, ToolArgumentsInvalid, "top_k: .* valid integer"),
    ("ask", {"question": "a", "top_k": 51}, ToolArgumentsInvalid, "top_k: .* less than or equal"),
    ("ask", {"question": "a", "k": 5}, ToolArgumentsInvalid, "k: Extra inputs"),
    (
        "retrieve",
        {"question": "a", "previous_citations": ["p_1"]},
        QuestionInvalid,
        "previous_citations: goes with previous_question",
    ),
    (
        "ask",
        {"question": "a", "previous_question": "b", "previous_citations": ["p_1"]},
        QuestionInvalid,
        "previous.citations.0: is no id of a passage",
    ),
    ("list_documents", {"limit": 0}, ToolArgumentsInvalid, "limit: "),
    ("list_documents", {"offset": -1}, ToolArgumentsInvalid, "offset: "),
    ("read_document", {"document": "d_0"}, DocumentMissing, "list_documents lists them"),
    ("read_document", {"document": D_LONG, "length": 0}, ToolArgumentsInvalid, "length: "),
    ("read_document", {"document": D_LONG, "length": 100_001}, ToolArgumentsInvalid, "length: "),
    (
        "read_document",
        {"document": D_LONG, "offset": len(LONG) + 1},
        ToolArgumentsInvalid,
        f"offset: is {len(LONG) + 1}; the document has {len(LONG)} characters",
    ),
    ("read_citation", {"citation": "../x"}, CitationIdInvalid, "is no citation's id"),
    (
        "read_citation",
        {"citation": "p_0123456789abcdef_0_5_0123456789abcdef"},
        CitationMissing,
        "no generation of this index holds a document",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "kind", "match"), REFUSED)
def test_what_cannot_be_called_is_a_sentence(
    live: LiveEngine,
    name: str,
    arguments: dict[str, Any],
    kind: type[CitewellError],
    match: str,
) -> None:
    tools: dict[str, Tool] = {tool.name: tool for tool in tools_of(live)}
    with pytest.raises(kind, match=match):
        tools[name].call(arguments)


def test_some_documents_alone_are_asked_and_listed(live: LiveEngine) -> None:
    chosen = {"path": ["2*"]}
    listed = called(live, "list_documents", filter=chosen).structured
    assert [each["path"] for each in listed["documents"]] == ["2\n.txt"]
    assert (listed["total"], listed["next_offset"]) == (1, None)
    for name in ("ask", "retrieve"):
        found = called(live, name, question=ASKED, filter=chosen).structured["passages"]
        assert {passage["path"] for passage in found} == {"2\n.txt"}
    none = called(live, "ask", question=ASKED, filter={"tags": ["x"]})
    assert none.structured["verdict"] == "not_found"
    assert "No document is left to look in; widen the filter." in none.text


def test_labels_are_listed(tmp_path: Path) -> None:
    labelled = "---\ntags: [Garden, lease]\ndate: 2024-05-01\n---\nBad cab."
    listed = called(_live(tmp_path, {"a.md": labelled, "b.md": "Bad."}), "list_documents")
    assert [(each["date"], each["tags"]) for each in listed.structured["documents"]] == [
        ("2024-05-01", ["Garden", "lease"]),
        (None, []),
    ]
    assert listed.text.splitlines()[1].endswith("characters), 2024-05-01, tagged Garden, lease")
    assert listed.text.splitlines()[2].endswith("characters)")


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"documents": ["d_1"]}, r"filter\.documents\.0: is no id of a document of this index"),
        ({"date_from": "May"}, r"filter\.date_from: is no day of the calendar"),
        ({"path": []}, r"filter\.path: List should have at least 1 item"),
        ({"paths": ["a"]}, r"filter\.paths: Extra inputs are not permitted"),
    ],
)
def test_a_filter_that_cannot_be_is_explained(
    live: LiveEngine, chosen: dict[str, Any], told: str
) -> None:
    (ask,) = (tool for tool in tools_of(live) if tool.name == "ask")
    with pytest.raises(CitewellError, match=told):
        ask.call({"question": ASKED, "filter": chosen})
