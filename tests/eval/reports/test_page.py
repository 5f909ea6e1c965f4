"""The page in a browser, from a file: nothing is requested, filter and sort work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from eval.measures.summary import Summary
from eval.reports.html import page as report
from tests.page.conftest import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.browser
WORST_FIRST = ["false", "lost", "mute", "late", "good", "calm"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(summary: Summary, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(report(summary), "utf-8")
    return file.as_uri()


@pytest.fixture
def opened(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page; the test fails on any console error and any request but the file's own."""
    context = browser.new_context(**getattr(request, "param", {}))
    page = context.new_page()
    unexpected: list[str] = []
    page.on("console", lambda told: unexpected.append(told.text))
    page.on("pageerror", lambda error: unexpected.append(str(error)))
    page.on("request", lambda asked: unexpected.append(asked.url))
    page.goto(address)
    yield page
    context.close()
    assert unexpected == [address]


def _shown(page: Page) -> list[str]:
    return page.locator("#list tbody tr:visible th").all_inner_texts()


def _sideways(page: Page) -> int:
    wider: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider


def test_the_headline_is_shown_the_worst_first(opened: Page) -> None:
    assert _shown(opened) == WORST_FIRST
    assert opened.get_by_role("status").inner_text() == "6 of 7 questions"
    opened.get_by_role("combobox", name="Tag").select_option("any")
    assert len(_shown(opened)) == 7


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("not found", ["lost"]),
        ("not answered", ["mute"]),
        ("falsely answered", ["false"]),
        ("failed", []),
        ("all questions", WORST_FIRST),
    ],
)
def test_questions_are_filtered_by_kind(opened: Page, kind: str, ids: list[str]) -> None:
    opened.get_by_label("Show").select_option(kind)
    assert _shown(opened) == ids


def test_questions_are_filtered_by_text_and_tag(opened: Page) -> None:
    opened.get_by_role("combobox", name="Tag").select_option("hard")
    assert _shown(opened) == ["lost", "mute"]
    opened.get_by_role("searchbox", name="Text").fill("ASK mu")
    assert _shown(opened) == ["mute"]
    opened.get_by_role("combobox", name="Tag").select_option("any")
    opened.get_by_role("searchbox", name="Text").fill("")
    assert len(_shown(opened)) == 7


@pytest.mark.parametrize(
    ("column", "ids"),
    [
        ("ID", ["calm", "false", "good", "late", "lost", "mute"]),
        ("Confidence", ["calm", "mute", "false", "lost", "late", "good"]),
        ("Found at", ["mute", "good", "late", "false", "lost", "calm"]),
        ("In answer", ["lost", "mute", "late", "good", "false", "calm"]),
    ],
)
def test_columns_sort_by_keyboard(opened: Page, column: str, ids: list[str]) -> None:
    opened.get_by_role("button", name=column, exact=True).focus()
    opened.keyboard.press("Enter")
    assert _shown(opened) == ids
    heading = opened.locator("#list th[aria-sort]")
    assert [heading.inner_text(), heading.get_attribute("aria-sort")] == [column, "ascending"]
    opened.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    opened.get_by_role("button", name="Outcome").click()
    assert _shown(opened) == WORST_FIRST


def test_what_does_not_apply_comes_last_either_way(opened: Page) -> None:
    button = opened.get_by_role("button", name="Found at")
    button.click()
    button.click()
    assert _shown(opened)[0] == "late"
    assert set(_shown(opened)[-3:]) == {"false", "lost", "calm"}


def test_a_question_opens_by_keyboard_and_shows_its_marks(opened: Page) -> None:
    row = opened.get_by_role("row", name="late")
    assert row.locator("mark").is_hidden()
    row.locator("summary").press("Enter")
    assert row.locator("mark").inner_text() == "Iii jjj kkk lll."
    assert row.get_by_role("heading", name="Expected").is_visible()


def test_sections_tables_and_plots_have_names(opened: Page) -> None:
    for name in ("Summary", "Figures", "Plots", "By tag", "Questions", "Glossary"):
        assert opened.get_by_role("region", name=name, exact=True).count() >= 1
    assert opened.get_by_role("table", name="Questions, the worst first").count() == 1
    assert opened.get_by_role("search", name="Filter the questions").count() == 1
    assert opened.locator("svg.plot").count() == opened.get_by_role("figure").count() == 5
    assert opened.get_by_role("img", name="Wall time of 6 questions").count() == 1


def _colours(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor,"
        "getComputedStyle(document.querySelector('svg .fill-good')).fill]"
    )
    return found


@pytest.mark.parametrize(
    ("opened", "colours"),
    [
        ({"color_scheme": "light"}, ["rgb(250, 248, 244)", "rgb(29, 92, 143)"]),
        ({"color_scheme": "dark"}, ["rgb(22, 24, 28)", "rgb(146, 192, 234)"]),
    ],
    indirect=["opened"],
)
def test_plots_follow_the_theme(opened: Page, colours: list[str]) -> None:
    assert _colours(opened) == colours


@pytest.mark.parametrize(
    "opened",
    [{"viewport": {"width": width, "height": 800}} for width in (320, 390, 900)],
    indirect=True,
)
def test_narrow_pages_do_not_scroll_sideways(opened: Page) -> None:
    for summary in opened.locator("summary:visible").all():
        summary.click()
    assert _sideways(opened) == 0
    sizes: list[float] = opened.evaluate(
        "[...document.querySelectorAll('svg.plot')].map(svg => 12 * svg.clientWidth / 340)"
    )
    assert min(sizes) > 9.5  # pixels, of the text of axes


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_all_questions_are_there(opened: Page) -> None:
    assert len(_shown(opened)) == 7
    assert opened.locator(".controls").is_hidden()
    opened.locator("#list summary").first.click()
    assert opened.get_by_role("heading", name="Expected").first.is_visible()


def test_printed_it_has_all_numbers(opened: Page) -> None:
    opened.emulate_media(media="print")
    assert opened.get_by_text("mean confidence").last.is_visible()
    assert opened.get_by_label("Filter the questions").is_hidden()
    assert opened.locator("#list tbody tr").first.is_visible()


def test_hostile_script_does_not_run(browser: Browser, address: str, tmp_path: Path) -> None:
    """What got past the escaping, as here by hand, is stopped by the policy."""
    html = Path(address.removeprefix("file://")).read_text("utf-8")
    file = tmp_path / "hostile.html"
    injected = (
        "<script>document.title = 'run'</script><p id=p onclick=\"document.title='run'\">p</p>"
    )
    file.write_text(html.replace("<main>", f"<main>{injected}", 1), "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    page.locator("#p").click()
    assert page.title() == "Evaluation of questions.jsonl"
    page.close()
