"""Where keys are demanded, the page asks for one, keeps it for the tab, and sends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index.build import build_index
from service.keys.keyfile import add_key, revoke_key
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.page.conftest import Open
from tests.service.served import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "index.keys.json"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "one.txt").write_text("Bad cab bab.")
    build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
    with Served(LiveEngine(Settings(index=tmp_path / "index"), LetterEmbedder())) as running:
        yield running


@pytest.fixture
def opened(open_page: Open, allowed: list[str]) -> Page:
    allowed.append("401")
    return open_page()


def _use(page: Page, key: str) -> None:
    page.get_by_label("Your API key").fill(key)
    page.get_by_role("button", name="Use this key").click()


def _facts(page: Page) -> None:
    expect(page.get_by_text("1 document in the index")).to_be_visible()
    expect(page.get_by_label("Your API key")).to_have_count(0)


def test_without_keys_none_is_asked_for(served: Served, opened: Page) -> None:
    opened.goto(served.url)
    _facts(opened)


def test_a_key_is_asked_for_once_and_kept_for_the_tab(
    served: Served, opened: Page, keys: Path
) -> None:
    key = add_key(keys, "a", "read")
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(served.url)
    expect(opened.get_by_label("Your API key")).to_be_focused()
    expect(opened.get_by_text("This service asks for a key.")).to_be_visible()
    _use(opened, f"cw_{'x' * 43}")
    expect(opened.get_by_text("This key is not known here")).to_be_visible()
    _use(opened, f" {key}\n")
    _facts(opened)
    opened.get_by_role("textbox", name="Your question").fill("bab")
    opened.get_by_role("button", name="Ask").click()
    expect(opened.get_by_role("article")).to_contain_text("Was this right?")
    opened.reload()
    expect(opened.get_by_role("article")).to_contain_text("Was this right?")
    with opened.expect_response("**/v1/ask") as asked_again:
        opened.get_by_role("textbox", name="Your question").fill("cab")
        opened.get_by_role("button", name="Ask", exact=True).click()
    assert asked_again.value.status == 200
    held = opened.evaluate("Object.values(sessionStorage)")
    assert [each for each in held if key in each] == [key]
    assert opened.evaluate("Object.keys(sessionStorage)").count("citewell-key") == 1
    assert opened.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert [url for url in asked if key in url] == []


def test_a_question_waits_for_a_key_when_it_was_revoked(
    served: Served, opened: Page, keys: Path
) -> None:
    first, second = add_key(keys, "a", "read"), add_key(keys, "b", "read")
    opened.goto(served.url)
    _use(opened, first)
    _facts(opened)
    revoke_key(keys, "a")
    opened.get_by_role("textbox", name="Your question").fill("bab")
    opened.get_by_role("button", name="Ask").click()
    expect(opened.get_by_text("This key is not known here")).to_be_visible()
    _use(opened, second)
    expect(opened.get_by_role("article")).to_contain_text("Was this right?")
