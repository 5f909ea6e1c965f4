"""A quote with its reference, copied in each form, and links to citations in another browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import BrowserContext, Page, expect

from index.build import build_index
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.page.conftest import Open
from tests.page.test_page import (
    ANSWERABLE,
    ask_api,
    citations,
    crafted_response,
    pane,
    send,
    serve_crafted,
)
from tests.service.served import Served

pytestmark = pytest.mark.browser

TEXT = "Abe has faced the beef. Bab fed 😀 a cab. Dead bead.\n"


@pytest.fixture
def context(page: Page, server_url: str) -> BrowserContext:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server_url)
    return page.context


def _copied(page: Page, name: str) -> str:
    pane(page).get_by_role("button", name=re.compile(name)).click()
    expect(pane(page).get_by_role("status")).to_have_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_quote_is_copied_with_its_reference(
    page: Page, context: BrowserContext, server_url: str
) -> None:
    told = ask_api(server_url, ANSWERABLE)
    quote = told["answer"]["quotes"][0]
    passage = told["passages"][quote["citation"] - 1]
    where = f"characters {passage['start']} to {passage['end']}"
    mark = f"{quote['start']}-{quote['end']}"
    link = f"{server_url}/#citation={passage['id']}&mark={mark}"
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    title, path = passage["document"]["title"], passage["document"]["path"]
    assert _copied(page, "as text") == f"“{quote['text']}”\n{title} ({path}), {where}\n{link}\n"
    html = MarkdownIt().render(_copied(page, "as Markdown"))
    assert html.startswith(f"<blockquote>\n<p>{quote['text']}</p>\n<p>— <a href=")
    assert f"({path}), {where}" in html
    entry = _copied(page, "BibTeX")
    escaped = title.replace("_", "\\_")
    assert entry.startswith(f"@misc{{{passage['id']},\n  title = {{{{{escaped}}}}},\n")
    assert _copied(page, "Copy a link") == link


# What each form does to characters that mean something in it.
AWKWARD = (
    "\\input{x} {{ 100 % $5 & #1 a_b ^ ~ }\\ *bold* [a](b) <b>x</b> `c` ![i](j) |t| 😀 "
    '-- + 1. @x{y} "q"\n# no heading\n\n    no code\n> 2) x'
)
_LATEX = {
    "\\textbackslash{}": "\\",
    "\\textbraceleft{}": "{",
    "\\textbraceright{}": "}",
    "\\textasciitilde{}": "~",
    "\\textasciicircum{}": "^",
} | {f"\\{each}": each for each in "#$%&_"}


def _fields(entry: str) -> dict[str, str]:
    """The fields of an entry, read as BibTeX does: a brace counts wherever it stands."""
    fields = {}
    for found in re.finditer(r"^  (\w+) = \{", entry, re.MULTILINE):
        depth, at = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(entry[at], 0)
            at += 1
        assert entry[at] in ",\n"
        fields[found[1]] = entry[found.end() : at - 1]
    return fields


def _plain(latex: str) -> str:
    pattern = "|".join(map(re.escape, _LATEX))
    left = re.sub(pattern, "", latex)
    assert not set(left) & set("\\{}~^#$%&_")
    return re.sub(pattern, lambda found: _LATEX[found[0]], latex)


def _open_awkward(page: Page) -> None:
    response = crafted_response(AWKWARD, AWKWARD, AWKWARD)
    response["passages"][0]["page"] = 7
    response["passages"][0]["document"] |= {"title": "A {b}% \\title_", "path": "a\\b/{c}_d.pdf"}
    serve_crafted(page, response, AWKWARD)
    send(page, "Where?")
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()


def test_bibtex_is_sound_whatever_is_quoted(page: Page, context: BrowserContext) -> None:
    _open_awkward(page)
    fields = _fields(_copied(page, "BibTeX"))
    assert set(fields) == {"title", "howpublished", "pages", "note", "url"}
    assert (fields["title"][0], fields["title"][-1]) == ("{", "}")
    assert _plain(fields["title"][1:-1]) == "A {b}% \\title_"
    assert _plain(fields["howpublished"]) == "a\\b/{c}_d.pdf"
    assert fields["pages"] == "7"
    quoted = " ".join(AWKWARD.split())
    place = f"(page 7, characters 0 to {len(AWKWARD)})"
    assert _plain(fields["note"]) == f"“{quoted}” {place}"
    assert set("{}") & set(fields["url"]) == set()


def test_markdown_is_no_markup_whatever_is_quoted(page: Page, context: BrowserContext) -> None:
    _open_awkward(page)
    copied = _copied(page, "as Markdown")
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(copied)
    tags = set(re.findall(r"</?(\w+)", html))
    assert tags == {"blockquote", "p", "a"}
    text = re.sub(r"<[^>]+>", "", html)
    for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(name, sign)
    assert " ".join(AWKWARD.split()) in " ".join(text.split())
    assert "A {b}% \\title_ (a\\b/{c}_d.pdf), page 7" in text


def test_without_a_clipboard_the_old_command_copies(page: Page, context: BrowserContext) -> None:
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    assert _copied(page, "Copy a link").startswith("http://127.0.0.1")
    expect(page.locator("textarea.unseen")).to_have_count(0)


# ---- a link in another browser


def test_a_link_opens_the_same_place_in_another_browser(
    page: Page, context: BrowserContext, open_page: Open
) -> None:
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    link = _copied(page, "Copy a link")
    marked = "#document mark.highlight"
    with_passage, with_marks = (
        page.locator(each).all_text_contents() for each in ("mark.passage", marked)
    )
    elsewhere = open_page()
    elsewhere.goto(link)
    expect(elsewhere.locator("mark.passage")).to_be_focused()
    expect(elsewhere.locator(marked).first).to_be_in_viewport()
    assert elsewhere.locator("mark.passage").all_text_contents() == with_passage
    assert elsewhere.locator(marked).all_text_contents() == with_marks
    assert elsewhere.locator("#document-notice").text_content() == ""
    assert elsewhere.locator("#document-title").text_content()
    elsewhere.keyboard.press("Escape")
    expect(pane(elsewhere)).to_be_hidden()
    assert "#" not in elsewhere.url


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[str]:
    """A service over one small text, which a test may change."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "one.txt").write_text(TEXT, "utf-8")
    (tmp_path / "source" / "two.txt").write_text("Cab.", "utf-8")
    build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
    with Served(LiveEngine(Settings(index=tmp_path / "index"), LetterEmbedder())) as served:
        yield served.url


def _cite(url: str) -> dict[str, Any]:
    told = httpx.post(f"{url}/v1/retrieve", json={"question": "Who fed a cab?"}, trust_env=False)
    return next(each for each in told.json()["passages"] if each["document"]["path"] == "one.txt")


def _upload(url: str, text: str) -> None:
    files = {"file": ("one.txt", text.encode())}
    httpx.post(f"{url}/v1/documents", files=files, trust_env=False).raise_for_status()


@pytest.fixture
def reader(open_page: Open) -> Page:
    return open_page()


def test_a_link_follows_a_text_that_has_moved(edited: str, reader: Page) -> None:
    cited = _cite(edited)
    _upload(edited, f"😀😀 {TEXT}")
    at = cited["start"] + cited["text"].index("fed")
    reader.goto(f"{edited}/#citation={cited['id']}&mark={at}-{at + 3}")
    expect(reader.locator("mark.passage")).to_be_focused()
    assert reader.locator("mark.passage").text_content() == cited["text"]
    assert reader.locator("mark.highlight").text_content() == "fed"
    expect(reader.get_by_role("region", name="Text of the document")).to_contain_text("😀😀 Abe")
    expect(reader.locator("#document-notice")).to_contain_text("The document has changed since")


def test_a_link_tells_that_its_text_has_changed_or_gone(edited: str, reader: Page) -> None:
    cited = _cite(edited)
    _upload(edited, "Quite another face.")
    link = f"{edited}/#citation={cited['id']}"
    reader.goto(link)
    notice = reader.locator("#document-notice")
    expect(notice).to_contain_text("the document has changed since and holds this text no longer")
    assert reader.locator("#document-text").text_content() == cited["text"]
    identity = cited["document"]["id"]
    httpx.delete(f"{edited}/v1/documents/{identity}", trust_env=False).raise_for_status()
    reader.reload()
    expect(notice).to_contain_text("no document of this path is indexed any more")
    assert reader.locator("#document-text").text_content() == cited["text"]


@pytest.mark.parametrize(
    "fragment",
    ["citation=p_0000000000000000_0_5_0000000000000000", "citation=%3Cb%3Ex", "mark=1-2"],
)
def test_a_link_to_nothing_says_so(
    edited: str, reader: Page, fragment: str, allowed: list[str]
) -> None:
    allowed.append("404")
    reader.goto(f"{edited}/#{fragment}")
    expect(reader.get_by_text("2 documents in the index")).to_be_visible()
    if "citation" not in fragment:
        expect(pane(reader)).to_be_hidden()
        return
    expect(reader.locator("#document-notice")).to_contain_text("Not Found: ")
    expect(reader.locator("#document b")).to_have_count(0)
    reader.keyboard.press("Escape")
    expect(pane(reader)).to_be_hidden()
