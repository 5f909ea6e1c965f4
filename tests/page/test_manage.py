"""Documents on the page: listed, searched, uploaded, deleted and brought back."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from index.build import build_index
from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.page.conftest import Open
from tests.service.served import Served

pytestmark = pytest.mark.browser

MANY = {f"notes/{n:03}.txt": f"Bad cab {n} bab." for n in range(60)}
HOSTILE = "<img src=x onerror=alert(1)><script>x</script>.txt"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of many documents, to be copied."""
    root = tmp_path_factory.mktemp("many")
    (root / "source" / "notes").mkdir(parents=True)
    for name, text in (MANY | {HOSTILE.replace("/", "_"): "Dead.", "Ünder[1].md": "# Abe"}).items():
        (root / "source" / name).write_text(text, "utf-8")
    build_index([root / "source"], root / "index", LetterEmbedder())
    return root / "index"


@pytest.fixture
def index(tmp_path: Path, built: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture
def served(index: Path) -> Iterator[Served]:
    settings = Settings(index=index, upload_mb=1)
    with Served(LiveEngine(settings, LetterEmbedder())) as running:
        yield running


@pytest.fixture
def opened(served: Served, open_page: Open) -> Page:
    """The page with its documents open."""
    page = open_page()
    page.goto(served.url)
    page.get_by_role("button", name="Manage documents").click()
    expect(_rows(page)).to_have_count(50)
    return page


def _dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Documents")


def _rows(page: Page) -> Locator:
    return page.locator("#manage-list > li")


def _search(page: Page, words: str) -> None:
    page.get_by_role("searchbox", name="Search by path").fill(words)


def _told(page: Page) -> Locator:
    return page.locator("#manage-told")


def _listed(url: str, path: str) -> dict[str, Any] | None:
    listed = httpx.get(f"{url}/v1/documents?limit=1000", trust_env=False).json()["documents"]
    return next((each for each in listed if each["path"] == path), None)


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _upload(page: Page, *files: FilePayload) -> None:
    page.locator("#files").set_input_files(list(files))


def test_the_index_is_told_and_listed_page_by_page(opened: Page, served: Served) -> None:
    state = httpx.get(f"{served.url}/v1/index", trust_env=False).json()
    told = opened.locator("#manage-state")
    expect(told).to_contain_text(f"62 documents, {state['passages']} passages; generation 1, made")
    expect(told).to_contain_text("model letters")
    opened.get_by_role("button", name="Show more").click()
    expect(_rows(opened)).to_have_count(62)
    expect(opened.get_by_role("button", name="Show more")).to_have_count(0)
    expect(_rows(opened).nth(50).get_by_role("button").first).to_be_focused()
    expect(_rows(opened).filter(has_text="notes/007.txt")).to_contain_text("plain · 14 characters")


def test_search_finds_what_paths_hold(opened: Page) -> None:
    searched = {"NOTES/01": 10, "059": 1, "": 62, "üNDER[1]": 1, "*": 0, "[": 1, "?": 0, "x y": 0}
    for words, found in searched.items():
        _search(opened, words)
        noun = "document" if found == 1 else "documents"
        expect(_told(opened)).to_have_text(f"{found} {noun} found" if words else "")
        expect(_rows(opened)).to_have_count(min(50, found))


def test_hostile_names_are_text(opened: Page) -> None:
    _search(opened, "<img")
    expect(_rows(opened)).to_have_count(1)
    expect(_rows(opened)).to_contain_text("<img src=x onerror=alert(1)><script>x<")
    assert opened.locator("img, #manage script").count() == 0


def test_files_are_uploaded_and_found_at_once(opened: Page, served: Served) -> None:
    _upload(opened, _file("a/b.txt", b"Cab."), _file("new.md", b"# Dead beef\n\nFaced."))
    status = opened.locator(".drop [role=status]")
    expect(status).to_have_text("2 added.")
    expect(opened.locator("#manage-state")).to_contain_text("64 documents")
    _search(opened, "new.md")
    expect(_rows(opened)).to_have_count(1)
    expect(_rows(opened)).to_contain_text("Dead beef")
    _upload(opened, _file("new.md", b"# Dead beef\n\nFaced."))
    expect(status).to_have_text("1 there already.")
    _upload(opened, _file("new.md", b"# Fed"))
    expect(status).to_have_text("1 replaced.")
    expect(_rows(opened)).to_contain_text("Fed")
    assert _listed(served.url, "new.md") is not None


def test_files_are_dropped(opened: Page) -> None:
    drop = opened.evaluate_handle(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Dropped cab."], "dropped.txt"));
          return data;
        }"""
    )
    area = opened.locator(".drop")
    area.dispatch_event("dragenter", {"dataTransfer": drop})
    expect(area).to_have_class("drop over")
    area.dispatch_event("drop", {"dataTransfer": drop})
    expect(area.get_by_role("status")).to_have_text("1 added.")
    expect(area).to_have_class("drop")
    _search(opened, "dropped")
    expect(_rows(opened)).to_have_count(1)


def test_what_cannot_be_taken_is_told_file_by_file(opened: Page, errors: list[str]) -> None:
    _upload(opened, _file("good.txt", b"Cab."), _file("photo.jpg", b"\xff\xd8"))
    status, refused = opened.locator(".drop [role=status]"), opened.locator(".refused li")
    expect(status).to_have_text("1 added, 1 refused.")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("photo.jpg: ")
    _upload(opened, _file("<b>x</b>.exe", b"MZ"), _file("bad.pdf", b"no pdf"))
    expect(status).to_have_text("None of these files could be taken:")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("<b>x")
    assert opened.locator(".refused b").count() == 0
    errors.clear()


def test_too_much_is_told(opened: Page, errors: list[str]) -> None:
    _upload(opened, _file("big.txt", b"cab " * 300_000))
    status = opened.locator(".drop [role=status]")
    expect(status).to_contain_text(re.compile("more than 1 MB|CITEWELL_UPLOAD_MB"))
    _upload(opened, _file("small.txt", b"Cab."))
    expect(status).to_have_text("1 added.")
    errors.clear()


def test_a_document_is_deleted_and_brought_back(opened: Page, served: Served) -> None:
    before = _listed(served.url, "notes/007.txt")
    assert before is not None
    row = _rows(opened).filter(has_text="notes/007.txt")
    row.get_by_role("button", name="Delete notes/007.txt").click()
    undo = opened.get_by_role("button", name="Undo: bring back notes/007.txt")
    expect(undo).to_be_focused()
    expect(opened.locator("#manage-state")).to_contain_text("61 documents")
    expect(_told(opened)).to_contain_text("notes/007.txt was deleted")
    assert _listed(served.url, "notes/007.txt") is None
    opened.keyboard.press("Enter")
    expect(opened.locator("#manage-state")).to_contain_text("62 documents")
    expect(opened.get_by_role("button", name="Delete notes/007.txt")).to_be_focused()
    assert _listed(served.url, "notes/007.txt") == before


def test_what_was_erased_meanwhile_stays_gone(
    opened: Page, served: Served, errors: list[str]
) -> None:
    opened.get_by_role("button", name="Delete notes/007.txt").click()
    expect(opened.get_by_role("button", name=re.compile("^Undo"))).to_be_focused()
    other = _listed(served.url, "notes/008.txt")
    assert other is not None
    erased = httpx.delete(
        f"{served.url}/v1/documents/{other['id']}?erase=true", trust_env=False, timeout=30
    )
    assert erased.json()["erased"] is True
    opened.keyboard.press("Enter")
    expect(_told(opened)).to_contain_text("add its file again")
    expect(opened.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
    errors.clear()


def test_a_document_is_opened_and_read(opened: Page) -> None:
    opened.get_by_role("button", name="Open notes/007.txt").click()
    expect(_dialog(opened)).to_be_hidden()
    text = opened.get_by_role("region", name="Text of the document")
    expect(text).to_have_text("Bad cab 7 bab.")
    expect(text).to_be_focused()
    expect(opened.locator("#document-place")).to_have_text("notes/007.txt")
    expect(opened.get_by_role("group", name="Copy the quote")).to_be_hidden()
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("complementary")).to_be_hidden()


def test_escape_closes_and_returns(opened: Page) -> None:
    opened.keyboard.press("Escape")
    expect(_dialog(opened)).to_be_hidden()
    expect(opened.get_by_role("button", name="Manage documents")).to_be_focused()


def test_a_key_that_reads_only_lists(
    served: Served, open_page: Open, index: Path, allowed: list[str]
) -> None:
    allowed.append("401")
    keys = index.with_name("index.keys.json")
    page = open_page()
    page.goto(served.url)
    expect(page.get_by_text("62 documents in the index")).to_be_visible()
    read, write = add_key(keys, "a", "read"), add_key(keys, "b", "write")
    page.get_by_role("button", name="Manage documents").click()
    for key, buttons in ((read, 0), (write, 50)):
        _dialog(page).get_by_label("Your API key").fill(key)
        page.get_by_role("button", name="Use this key").click()
        expect(_rows(page)).to_have_count(50)
        expect(page.get_by_role("button", name=re.compile("^Delete "))).to_have_count(buttons)
        expect(page.locator(".drop")).to_have_count(1 if buttons else 0)
        page.get_by_role("button", name="Close documents").click()
        if key == read:
            page.evaluate("sessionStorage.clear()")
            page.get_by_role("button", name="Manage documents").click()
    page.context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_dialog(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 640})
    _upload(opened, _file("w" * 200 + ".txt", ("x" * 100_000).encode()))
    expect(opened.locator(".drop [role=status]")).to_have_text("1 added.")
    wide = _dialog(opened).evaluate("(box) => box.scrollWidth > box.clientWidth")
    assert wide is False
