"""How heavy the page is and how fast. In: an index of the seed. Out: weights and times, printed.

``.venv/bin/python -m tests.page.speed .citewell/index``

Times are wall time inside the browser, from what the reader does to the frame in which what was
waited for is in view: of answers over the seed by a real server with its model, after three
questions to warm it up; and of a document of more than 10 MB opened at citations far apart, each
for the first time. To see what this machine can do, run it when it does nothing else.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, Response, sync_playwright

from index.passage import Span, stable_id
from service.citing.reference import reference_to
from service.live import LiveEngine
from service.settings import Settings
from tests.conftest import SEEDS, serving
from tests.fakes import LetterEmbedder
from tests.page.conftest import ARGUMENTS, CHROMIUM
from tests.service.corpora import index_of
from tests.service.served import Served

WARM, ASKED, PLACES = 3, 15, 15
LINES = 300_000
# Resolves with the milliseconds until an element that `found` selects is in view, painted.
UNTIL = """([act, value, found]) => new Promise((resolve) => {
  const began = performance.now();
  const acts = {
    ask(question) {
      document.getElementById("question").value = question;
      document.getElementById("ask").requestSubmit();
    },
    open(fragment) { location.hash = fragment; },
  };
  acts[act](value);
  const look = () => {
    const box = document.querySelector(found)?.getBoundingClientRect();
    if (!box || box.height === 0 || box.bottom < 0 || box.top > innerHeight) {
      requestAnimationFrame(look);
    } else {
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    }
  };
  requestAnimationFrame(look);
})"""


def main(index: Path) -> None:
    """Measure and print."""
    with opened() as page, serving(index) as url:
        tell_weight(loaded_by(page, url))
        tell("first answer on screen", list(answers(page, questions())))
    with opened() as page, TemporaryDirectory() as folder, long_text(Path(folder)) as (url, text):
        page.goto(url, wait_until="networkidle")
        size = f"{len(text.encode()) / 1e6:.1f} MB"
        tell(f"a document of {size} at its citation", list(openings(page, text)))


def loaded_by(page: Page, url: str) -> list[Response]:
    """Open the page; returns what it loaded but for answers of the API."""
    loaded: list[Response] = []

    def note(response: Response) -> None:
        if "/v1/" not in response.url:
            loaded.append(response)

    page.on("response", note)
    page.goto(url, wait_until="networkidle")
    return loaded


def questions() -> list[str]:
    """Answerable ones on the seed."""
    lines = (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["answerable"]]
    return [row["question"] for row in rows[: WARM + ASKED]]


def answers(page: Page, asked: list[str]) -> Iterator[float]:
    """Milliseconds to the first part of each answer that there is one of, once warm."""
    for number, question in enumerate(asked):
        part = f".entry:nth-of-type({number + 1}) :is(q, .written, .not-found)"
        milliseconds: float = page.evaluate(UNTIL, ["ask", question, part])
        page.wait_for_selector(f".entry:nth-of-type({number + 1}) .feedback")
        if number >= WARM:
            yield milliseconds


def openings(page: Page, text: str) -> Iterator[float]:
    """Milliseconds to the highlight of citations far apart; what is marked is exact."""
    for number in range(PLACES):
        start = text.index("\n", len(text) * number // PLACES) + 1
        span = Span(start, start + 60)
        cited = reference_to(stable_id("d", "long.txt"), span, text[start : span.end])
        fragment = f"#citation={cited.id}&mark={start + 8}-{start + 30}"
        page.evaluate("document.querySelector('#document-text').replaceChildren()")
        yield page.evaluate(UNTIL, ["open", fragment, "#document mark.highlight"])
        marked = "".join(page.locator("#document mark.passage").all_text_contents())
        assert marked == text[start : span.end]


@contextmanager
def opened() -> Iterator[Page]:
    """A page of the size of a small laptop's screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


@contextmanager
def long_text(root: Path) -> Iterator[tuple[str, str]]:
    """A service in this process over one long text, which opening embeds nothing of."""
    text = "".join(f"{n:07} Dad 😀 fed a cab; Abe faced e\u0301 beads.\n" for n in range(LINES))
    settings = Settings(index=index_of(root, {"long.txt": text}))
    with Served(LiveEngine(settings, LetterEmbedder())) as served:
        yield served.url, text


def tell_weight(loaded: list[Response]) -> None:
    """Bytes of what the page loaded of itself, as they are sent."""
    sizes = [len(each.body()) for each in loaded]
    print(f"page: {len(sizes)} files, {sum(sizes) / 1000:.1f} KB")  # noqa: T201


def tell(what: str, milliseconds: list[float]) -> None:
    """The median, the slowest, and how many there are."""
    print(  # noqa: T201
        f"{what}: median {median(milliseconds):.0f} ms, slowest {max(milliseconds):.0f} ms "
        f"of {len(milliseconds)}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
