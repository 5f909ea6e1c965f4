"""Keys: each does what the list says, none where something is typed, and they can be turned off."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.test_keep import ask_crafted, asked, shelf
from tests.page.test_page import pane, question_box

pytestmark = pytest.mark.browser


def _leave(page: Page) -> None:
    """Out of the question box, by the key that is listed for it."""
    question_box(page).press("Escape")
    expect(question_box(page)).not_to_be_focused()


def test_every_key_does_what_the_list_says(page: Page) -> None:
    ask_crafted(page, "First?", "Second?")
    _leave(page)
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(listed).to_be_visible()
    told = listed.locator("kbd").all_text_contents()
    assert told == [*"/jkoecld?", "Enter", "Shift + Enter", "Escape", "n", "p"]
    page.keyboard.press("c")  # not behind a dialog
    expect(asked(page)).to_have_count(2)
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()

    for key, place in (("k", 1), ("k", 0), ("k", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(asked(page).nth(place)).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("mark.passage")).to_be_focused()
    expect(page.locator("article").first.locator(".citation")).to_have_attribute(
        "aria-current", "true"
    )
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    page.keyboard.press("e")
    editing = page.get_by_role("textbox", name="Edit the question")
    expect(editing).to_have_value("First?")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(question_box(page)).to_be_focused()
    expect(question_box(page)).to_have_value("")

    _leave(page)
    page.keyboard.press("d")
    expect(page.get_by_role("dialog", name="Documents")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(shelf(page)).to_be_hidden()
    page.keyboard.press("l")
    expect(shelf(page).get_by_role("button", name="New conversation")).to_be_focused()
    page.keyboard.press("c")
    expect(asked(page)).to_have_count(0)
    expect(question_box(page)).to_be_focused()


def test_no_key_is_taken_from_fields_browser_or_speech(page: Page) -> None:
    ask_crafted(page, "First?")
    question_box(page).press_sequentially("?jkc/ ode l")
    expect(question_box(page)).to_have_value("?jkc/ ode l")
    search = shelf(page).get_by_role("searchbox")
    search.press_sequentially("c?")
    expect(search).to_have_value("c?")
    search.fill("")
    expect(asked(page)).to_have_count(1)
    _leave(page)
    for chord in ("Control+c", "Alt+c", "Meta+c", "Control+d"):
        page.keyboard.press(chord)
    expect(asked(page)).to_have_count(1)

    listed = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    listed.get_by_role("checkbox", name="Single keys work").uncheck()
    page.keyboard.press("Escape")
    for _ in range(2):  # also after a reload
        _leave(page)
        for key in "?cd":
            page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(asked(page)).to_have_count(1)
        page.reload()
        expect(asked(page)).to_have_count(1)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(listed.get_by_role("checkbox")).not_to_be_checked()


@pytest.mark.parametrize("width", [320, 390, 1000])
def test_the_list_lies_over_a_narrow_page_and_gives_the_focus_back(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    ask_crafted(page, "First?")
    if width == 1000:  # there it makes way for the document
        page.locator(".citation").first.click()
        expect(page.locator("mark.passage")).to_be_focused()
    expect(shelf(page)).to_be_hidden()
    opener = page.get_by_role("button", name="Conversations", exact=True)
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(shelf(page).get_by_role("button", name="New conversation")).to_be_focused()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main, aside') === null")
    page.keyboard.press("Escape")
    expect(shelf(page)).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    shelf(page).get_by_role("button", name="First?").first.click()
    expect(pane(page)).to_be_hidden()
    # Beside the conversation there is room again, over it there is none.
    expect(shelf(page)).to_be_visible(visible=width == 1000)
    expect(page.locator(".shelf-back")).to_be_hidden()
    expect(question_box(page)).to_be_focused()
    assert page.evaluate("document.querySelector('main').inert") is False
