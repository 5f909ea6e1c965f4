"""What stands under a heading."""

import pytest

from service.drafting.excerpt import Excerpt
from service.drafting.headings import headings
from tests.service.drafting.town import document, whole

PROSE = "Masons closed the gap with oak beams. Carpenters helped them for a week."
TITLE = "Stone Bridge"


def test_the_first_sentences_below_a_heading_are_quoted() -> None:
    text = f"# Stone Bridge\n\n## Later *repairs*\n\n{PROSE}\n\n## Tolls\n\nNone."
    (draft,) = headings(whole(text), TITLE)
    assert draft.question == "What is said under “Later repairs” in “Stone Bridge”?"
    assert (draft.start, draft.quote) == (text.index(PROSE), PROSE)
    assert draft.answers == ()


def test_at_most_forty_words_are_quoted() -> None:
    text = f"## Later repairs\n\nMasons came. {'The water rose and fell again. ' * 9}"
    (draft,) = headings(whole(text), TITLE)
    assert len(draft.quote.split()) == 2 + 6 * 6


@pytest.mark.parametrize(
    "text",
    [
        f"## Introduction\n\n{PROSE}",
        f"## 2. Summary\n\n{PROSE}",
        f"# Stone Bridge\n\n{PROSE}",
        f"## Who paid?\n\n{PROSE}",
        f"## Later repairs\n\n{PROSE}\n\n## Later repairs\n\n{PROSE}",
        "## Later repairs\n\n- Masons closed the gap with oak beams.",
        "## Later repairs\n\n| Masons | closed the gap with oak beams. |",
        "## Later repairs\n\n```\nmake the gap closed with oak beams.\n```",
        "## Later repairs\n\nMasons closed it.",
        "## Later repairs\n\nMasons closed the gap with beams and",
        "## Later repairs",
        f"## Later repairs\n\n{PROSE * 30}",
        f"{'## ' + 'very ' * 9}long\n\n{PROSE}",
        PROSE,
        "",
    ],
)
def test_no_question_for_a_heading(text: str) -> None:
    assert list(headings(whole(text), TITLE)) == []


def test_headings_of_a_part_are_found_where_they_stand() -> None:
    text = f"## Tolls\n\n{PROSE}\n\n## Later repairs\n\n{PROSE}\n"
    start = text.index("## Later")
    (draft,) = headings(Excerpt(document(text), start, text[start:]), TITLE)
    assert text.startswith(draft.quote, draft.start)
    assert draft.start > start
