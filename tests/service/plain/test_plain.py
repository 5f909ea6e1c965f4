"""The page without JavaScript says what the API says, as text, and behind the same gate."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from service.live import LiveEngine
from service.settings import Settings
from service.web.plain.wording import confidence, name, percent, sentence
from tests.fakes import LetterEmbedder
from tests.service.calibrations import calibration_file
from tests.service.conftest import client_of
from tests.service.corpora import index_of
from tests.service.gate.conftest import *  # noqa: F403 - its fixtures

ASKED = "Who has faced the beef?"
HOSTILE = (
    "<script>alert(1)</script> </article> \u202edeaf& <b onclick=x>Abe</b> has faced the beef."
)
TEXTS = {
    "a\u202egpj.txt": "Dead Abe has faced the beef.\r\nA cab fed him.",
    "<img src=x onerror=alert(1)>.txt": HOSTILE,
}


def _application(root: Path, **stated: float) -> TestClient:
    calibration = calibration_file(root / "mine")
    stated_all = {"index": index_of(root, TEXTS), "calibration": calibration, **stated}
    live = LiveEngine(Settings.model_validate(stated_all), LetterEmbedder())
    return client_of(live)


@pytest.fixture
def asking(tmp_path: Path) -> TestClient:
    """An application over two texts that always answers."""
    return _application(tmp_path)


def _page(reply: Any, status: int = 200) -> LexborHTMLParser:
    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert "unsafe" not in reply.headers["content-security-policy"]
    page = LexborHTMLParser(reply.text)
    assert page.css("script, style, [style], [onclick], img, iframe") == []
    return page


def _texts(page: LexborHTMLParser, selector: str) -> list[str]:
    return [found.text() for found in page.css(selector)]


def test_the_answer_is_that_of_the_api(asking: TestClient) -> None:
    told = asking.post("/v1/ask", json={"question": ASKED}).json()
    assert told["answer"]["verdict"] == "answered"
    page = _page(asking.post("/plain/ask", data={"question": f" {ASKED} "}))
    assert _texts(page, "h1") == [ASKED]
    assert _texts(page, "q") == [quote["text"] for quote in told["answer"]["quotes"]]
    assert _texts(page, ".source-text") == [passage["text"] for passage in told["passages"]]
    assert [name.strip() for name in _texts(page, ".source h3")] == [
        f"{passage['rank']}. {passage['document']['title']}" for passage in told["passages"]
    ]
    shown = _texts(page, ".answer .hint")[-1]
    assert shown == f"Confidence: {confidence(told['answer']['confidence'])}"


def test_each_citation_opens_its_passage_in_the_document(asking: TestClient) -> None:
    told = asking.post("/v1/ask", json={"question": ASKED}).json()
    page = _page(asking.post("/plain/ask", data={"question": ASKED}))
    links = page.css("a.citation")
    assert len(links) == len(told["answer"]["quotes"]) > 0
    for link, quote in zip(links, told["answer"]["quotes"], strict=True):
        passage = told["passages"][quote["citation"] - 1]
        assert link.text() == f"[{passage['rank']}]"
        opened = _page(asking.get((link.attributes["href"] or "").partition("#")[0]))
        assert _texts(opened, "#passage") == [passage["text"]]
        assert "".join(_texts(opened, "mark.highlight")) == quote["text"]
        (text,) = _texts(opened, ".document-text")
        assert text == TEXTS[passage["document"]["path"]]
        assert _texts(opened, "h1") == [passage["document"]["title"]]


def test_what_the_documents_do_not_answer_is_said(tmp_path: Path) -> None:
    asking = _application(tmp_path, threshold=1)
    told = asking.post("/v1/ask", json={"question": "zyxw?"}).json()
    assert told["answer"]["verdict"] == "not_found"
    page = _page(asking.post("/plain/ask", data={"question": "zyxw?"}))
    assert _texts(page, ".not-found") == ["The documents do not answer this."]
    assert _texts(page, ".why") == [told["answer"]["absence"]["explanation"]]
    assert page.css("a.citation, q") == []


def test_a_question_that_leans_is_asked_with_the_one_before(asking: TestClient) -> None:
    first = _page(asking.post("/plain/ask", data={"question": ASKED}))
    fields = [
        (found.attributes["name"], found.attributes["value"])
        for found in first.css("input[type=hidden]")
    ]
    assert fields[0] == ("previous", ASKED)
    assert [name for name, _ in fields[1:]] == ["cited"] * (len(fields) - 1)
    assert len(fields) > 1
    data: dict[str, Any] = {"question": "And why?", "previous": ASKED}
    data["cited"] = [value for _, value in fields[1:]]
    page = _page(asking.post("/plain/ask", data=data))
    assert _texts(page, "p.hint")[0] == f"Understood as: {ASKED} And why?"


def test_lines_are_asked_as_they_were_typed(asking: TestClient) -> None:
    page = _page(asking.post("/plain/ask", data={"question": "Abe?\r\nBeef?\r\n"}))
    assert _texts(page, "h1") == ["Abe?\nBeef?"]


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        ({}, "is empty; ask something"),
        ({"question": " \r\n"}, "is empty; ask something"),
        ({"question": "a" * 2001}, "2000 are the most"),
        ({"question": "a", "previous": "b", "cited": "x"}, "no id of a passage"),
        ({"question": "a", "top_k": "99"}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_asked_is_explained_on_a_page(
    asking: TestClient, data: dict[str, str], detail: str
) -> None:
    page = _page(asking.post("/plain/ask", data=data), 422)
    assert _texts(page, "h1") == ["This cannot be answered"]
    assert detail in _texts(page, ".notice")[0]
    assert len(page.css("form textarea[name=question]")) == 1


@pytest.mark.parametrize("path", ["/plain/citations/x", "/plain/nothing", "/plain/citations/<b>"])
def test_what_is_not_there_is_told_on_a_page(asking: TestClient, path: str) -> None:
    assert _texts(_page(asking.get(path), 404), "h1") == ["Not found"]


def test_a_place_that_is_none_is_told_on_a_page(asking: TestClient) -> None:
    told = asking.post("/v1/ask", json={"question": ASKED}).json()
    cited = told["passages"][0]["id"]
    _page(asking.get(f"/plain/citations/{cited}", params={"at": "-1"}), 422)
    _page(asking.get(f"/plain/citations/{cited}", params={"mark": "1" * 1001}), 422)
    for mark in ("9-1", "<b>", "0-999999999999", '"onload="'):
        page = _page(asking.get(f"/plain/citations/{cited}", params={"mark": mark}))
        assert _texts(page, "#passage") == [told["passages"][0]["text"]]


def test_where_keys_are_demanded_the_form_says_so(
    serve: Callable[..., TestClient], keys: Any
) -> None:
    page = _page(serve().post("/plain/ask", data={"question": "bab?"}), 401)
    assert "cannot send a key" in page.body.text() if page.body else False
    assert page.css("form") == []
    with_key = {"authorization": f"Bearer {keys.read}"}
    _page(serve().post("/plain/ask", data={"question": "bab?"}, headers=with_key))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:9000"},
    ],
)
def test_a_page_of_another_site_cannot_post_the_form(
    asking: TestClient, headers: dict[str, str]
) -> None:
    page = _page(asking.post("/plain/ask", data={"question": ASKED}, headers=headers), 403)
    assert "page of another site" in _texts(page, ".notice")[0]


def test_the_own_page_can_post_the_form(asking: TestClient) -> None:
    headers = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    _page(asking.post("/plain/ask", data={"question": ASKED}, headers=headers))


def test_another_host_is_refused_on_a_page(asking: TestClient) -> None:
    headers = {"host": "evil.example"}
    _page(asking.post("/plain/ask", data={"question": ASKED}, headers=headers), 421)


def test_names_keep_their_characters_and_turn_nothing() -> None:
    made = LexborHTMLParser(name("a\u202egpj.\u2066exe & <b>"))
    assert made.body is not None
    assert made.body.text() == "a\u202egpj.\u2066exe & <b>"
    turning = made.css("span.apart bdi.turning")
    assert [(each.text(), each.attributes["data-code"]) for each in turning] == [
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
    ]


def test_words_and_numbers() -> None:
    assert sentence("it is so") == sentence("It is so.") == "It is so."
    shares = {0.0: "0", 0.004: "under 1", 0.125: "13", 0.995: "over 99", 1.0: "100"}
    assert {share: percent(share).removesuffix("\u00a0%") for share in shares} == shares
    levels = [confidence(share).partition(",")[0] for share in (0.895, 0.66, 0.344, 0.12, 0.1)]
    assert levels == [
        "very likely", "likely", "about as likely as not", "unlikely", "very unlikely",
    ]  # fmt: skip
    assert confidence(0.894) == "likely, 89\u00a0%"


def test_levels_are_those_of_the_page() -> None:
    script = (Path(__file__).parents[3] / "service/web/page/wording.js").read_text("utf-8")
    told = script.partition("const LEVELS")[2].partition("];")[0]
    levels = re.findall(r'\[(\d+), "([^"]+)"\],', told)
    assert len(levels) == 5
    for least, words in levels:
        assert confidence(int(least) / 100).startswith(f"{words}, ")
        if int(least):
            assert not confidence(int(least) / 100 - 0.006).startswith(f"{words}, ")
