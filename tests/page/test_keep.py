"""Conversations stay in the browser: kept, listed, named, searched, deleted, exported."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.test_page import (
    ANSWERABLE,
    UNANSWERABLE,
    citations,
    crafted_response,
    document_text,
    question_box,
    send,
    serve_crafted,
    settled,
)

pytestmark = pytest.mark.browser

TEXT = "Before. The key is under the stone. After."
STORED = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("citewell");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const all = opening.result.transaction("conversations").objectStore("conversations").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""
WRITE = """(record) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("citewell");
  opening.onsuccess = () => {
    const change = opening.result.transaction("conversations", "readwrite");
    change.objectStore("conversations").put(record);
    change.oncomplete = () => { opening.result.close(); resolve(); };
    change.onabort = () => reject(change.error);
  };
})"""


def shelf(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Conversations")


def rows(page: Page) -> Locator:
    return shelf(page).locator("li:not(.gone) .shelf-name")


def stored(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(STORED)
    return found


def asked(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("heading", level=2)


def act(page: Page, name: str, what: str) -> None:
    shelf(page).get_by_role("button", name=f"More for {name}", exact=True).click()
    shelf(page).get_by_role("button", name=re.compile(f"^{what}")).click()


def ask_crafted(page: Page, *questions: str) -> None:
    serve_crafted(page, crafted_response(TEXT, "The key is under the stone.", "the stone"), TEXT)
    for question in questions:
        send(page, question)
        expect(asked(page).last).to_have_text(question)
        settled(page)


def test_a_reload_restores_the_conversation_and_its_citations(page: Page) -> None:
    for question in (ANSWERABLE, UNANSWERABLE):
        send(page, question)
        settled(page)
    expect(rows(page)).to_have_text([ANSWERABLE])
    before = page.get_by_role("log").inner_text()
    (kept,) = stored(page)
    assert [turn["question"] for turn in kept["turns"]] == [ANSWERABLE, UNANSWERABLE]

    page.reload()
    expect(asked(page)).to_have_text([ANSWERABLE, UNANSWERABLE])
    assert page.get_by_role("log").inner_text() == before
    passage = kept["turns"][0]["response"]["passages"][0]
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    assert page.locator("mark.passage").text_content() == passage["text"]
    page.keyboard.press("Escape")
    expect(citations(page).first).to_be_focused()

    # What follows leans on what was answered before the reload, and is kept beside it.
    with page.expect_request("**/v1/ask") as seen:
        send(page, "And what about Italy?")
    leaned = (seen.value.post_data_json or {})["previous"]
    assert leaned["question"] == UNANSWERABLE
    settled(page)
    expect(asked(page)).to_have_count(3)
    assert [len(each["turns"]) for each in stored(page)] == [3]

    # Another tab begins anew, lists what there is, and tells this one what it changes.
    other = page.context.new_page()
    other.goto(page.url)
    expect(rows(other)).to_have_text([ANSWERABLE])
    expect(asked(other)).to_have_count(0)
    rows(other).click()
    expect(asked(other)).to_have_count(3)
    act(other, ANSWERABLE, "Delete")
    expect(rows(page)).to_have_count(0)
    shelf(other).get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_text([ANSWERABLE])
    other.close()


def test_conversations_are_named_searched_deleted_and_brought_back(page: Page) -> None:
    ask_crafted(page, "Where is the key?", "And the stone?")
    shelf(page).get_by_role("button", name="New conversation").click()
    expect(question_box(page)).to_be_focused()
    expect(asked(page)).to_have_count(0)
    expect(page.get_by_role("heading", name="Ask your own documents")).to_be_visible()
    ask_crafted(page, "Who <b>built</b> the \u202ehouse?")
    expect(rows(page)).to_have_text(["Who <b>built</b> the \u202ehouse?", "Where is the key?"])
    current = shelf(page).locator("[aria-current]")
    expect(current).to_contain_text("Who <b>built")

    act(page, "Where is the key?", "Rename")
    name = shelf(page).get_by_role("textbox", name="Name of the conversation")
    expect(name).to_be_focused()
    expect(name).to_have_value("Where is the key?")
    name.fill("  Keys & stones ")
    name.press("Enter")
    # Naming is no change of what was said: the order stays.
    expect(rows(page)).to_have_text(["Who <b>built</b> the \u202ehouse?", "Keys & stones"])
    expect(page.locator(":focus")).to_contain_text("Keys & stones")
    act(page, "Keys & stones", "Rename")
    name.press("Escape")
    expect(rows(page).nth(1)).to_have_text("Keys & stones")

    search = shelf(page).get_by_role("searchbox", name="Search conversations")
    for words, count in (("STONES keys", 1), ("and the stone", 1), ("under", 0), ("house", 1)):
        search.fill(words)
        told = f"{count} conversation{'' if count == 1 else 's'} found"
        expect(shelf(page).get_by_role("status")).to_have_text(told)
        expect(rows(page)).to_have_count(count)
    search.fill("")

    act(page, "Keys & stones", "Delete")
    undo = shelf(page).get_by_role("button", name="Undo: bring back Keys & stones")
    expect(undo).to_be_focused()
    assert len(stored(page)) == 1
    undo.click()
    expect(rows(page)).to_have_text(["Who <b>built</b> the \u202ehouse?", "Keys & stones"])
    expect(page.locator(":focus")).to_contain_text("Keys & stones")
    page.keyboard.press("Enter")
    expect(asked(page)).to_have_text(["Where is the key?", "And the stone?"])

    act(page, "Keys & stones", "Delete")  # the open one
    expect(asked(page)).to_have_count(0)
    page.reload()
    expect(rows(page)).to_have_text(["Who <b>built</b> the \u202ehouse?"])
    expect(asked(page)).to_have_count(0)


def test_a_conversation_is_exported_and_nothing_else_is_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    question = "Where *is* the <key>?\n# Not a heading"
    ask_crafted(page, question)
    name = "Where *is* the <key>? # Not a heading"
    act(page, name, "Rename")
    page.keyboard.type("../Mein Schlüssel 🔑")
    page.keyboard.press("Enter")
    name = "../Mein Schlüssel 🔑"

    with page.expect_download() as saved:
        act(page, name, "Export .* as Markdown")
    assert saved.value.suggested_filename == "Mein-Schlüssel.md"
    markdown = Path(saved.value.path()).read_text("utf-8")
    assert markdown.startswith("# ../Mein Schlüssel 🔑\n\n## Where \\*is\\* the \\<key\\>? \\# Not")
    assert "\n> the stone\n>\n> — [A \\<b\\>title\\</b\\>](http" in markdown
    assert "characters 25 to 34" not in markdown  # the passage's own range
    assert "characters 8 to 35" in markdown
    assert "Confidence: " in markdown

    with page.expect_download() as saved:
        shelf(page).get_by_role("button", name=re.compile("^Export .* as JSON")).click()
    told = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert [told] == stored(page)
    assert (told["form"], told["name"]) == (1, name)
    assert told["turns"][0]["response"]["answer"]["quotes"][0]["text"] == "the stone"
    assert [each for each in sent if not each.startswith("GET ") or "blob:" in each] == [
        each for each in sent if each.endswith("/v1/ask")
    ]


def test_what_cannot_be_read_is_kept_as_it_is(page: Page) -> None:
    ask_crafted(page, "Where is the key?")
    (good,) = stored(page)
    newer = {**good, "id": "newer", "form": 99, "changed": "2031-01-01T00:00:00Z"}
    damaged = {"id": "damaged", "form": 1, "turns": [{"question": 7}]}
    for record in (newer, damaged):
        page.evaluate(WRITE, record)
    page.reload()
    expect(asked(page)).to_have_text(["Where is the key?"])
    unread = "Cannot be read by this version of the page"
    expect(rows(page)).to_have_text([unread, "Where is the key?", unread])
    first = shelf(page).locator("li").first
    expect(first.locator(".open-conversation")).to_be_disabled()
    first.get_by_role("button", name=f"More for {unread}").click()
    with page.expect_download() as saved:
        first.get_by_role("button", name=re.compile("JSON")).click()
    assert json.loads(Path(saved.value.path()).read_text("utf-8")) == newer
    assert {each["id"]: each for each in stored(page)} == {
        "newer": newer,
        "damaged": damaged,
        good["id"]: good,
    }


def test_older_forms_are_brought_forward_step_by_step(page: Page) -> None:
    good: dict[str, Any] = {
        "id": "a",
        "name": None,
        "made": "2026-01-01",
        "changed": "2026-01-01",
        "turns": [],
    }
    read = """async ([stored]) => {
      const { readRecord } = await import("/page/record.js");
      const steps = [
        ({ title, ...rest }) => ({ ...rest, name: title.toUpperCase() }),
        (record) => ({ ...record, name: `${record.name}!` }),
      ];
      return stored.map((each) => readRecord(each, steps)?.name);
    }"""
    second = {**good, "form": 2, "name": "b"}
    third = {**good, "form": 3, "name": "c"}
    first = {**good, "form": 1, "title": "a"}
    wrong = [{**good, "form": form} for form in (0, 4, 1.5, "1", None)]
    broken = [{**first, "title": 7}, {**third, "turns": None}, {**third, "made": "when"}, None]
    names = page.evaluate(read, [[first, second, third, *wrong, *broken]])
    assert names == ["A!", "b!", "c", *[None] * len(wrong), *[None] * len(broken)]


def test_full_storage_is_said_and_the_conversation_goes_on(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    origin = {"origin": page.evaluate("location.origin")}
    session.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 1})
    ask_crafted(page, "Where is the key?", "And the stone?")
    expect(page.locator("#unkept")).to_contain_text("storage is full")
    expect(asked(page)).to_have_count(2)
    assert stored(page) == []
    session.send("Storage.overrideQuotaForOrigin", origin)
    ask_crafted(page, "And now?")
    expect(page.locator("#unkept")).to_have_text("")
    assert [len(each["turns"]) for each in stored(page)] == [3]


def test_without_storage_the_page_answers_and_says_so(page: Page) -> None:
    # As Chromium does when the reader forbids sites to keep data.
    page.add_init_script(
        """for (const name of ["indexedDB", "localStorage", "sessionStorage"]) {
          Object.defineProperty(window, name, {
            get() { throw new DOMException("denied", "SecurityError"); } });
        }"""
    )
    page.reload()
    expect(page.locator("#unkept")).to_contain_text("keep nothing")
    ask_crafted(page, "Where is the key?")
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    assert document_text(page).text_content() == TEXT
