"""The page tells the summary's numbers, loads nothing and runs only its own script."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from eval.measures.summary import Summary, summarise
from eval.questions.question import Question
from eval.reports.entries import WITH_PASSAGES
from eval.reports.html import page
from eval.runs.record import Record, Run
from service.web.report import policy_of
from tests.eval.reports.runs import CALM, FACTS, FIRST, GOOD, SECOND, TEXT, asked, failed

HOSTILE = (
    "</script></style><script>alert(1)</script><img src=https://x.example/ onerror=alert(2)>"
    "<style>*{display:none}</style> \x00\x1b[31m \u202eabc {{ 7 * 7 }} \"' &amp; https://x.example/"
)


@pytest.fixture(scope="module")
def html(summary: Summary) -> str:
    return page(summary)


@pytest.fixture(scope="module")
def tree(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def _only(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    (found,) = tree.css(selector)
    return found


def _row(tree: LexborHTMLParser, identity: str) -> LexborNode:
    (found,) = [row for row in tree.css("#list tbody tr") if row.css("th")[0].text() == identity]
    return found


def _hostile_run() -> Run:
    text = f"{HOSTILE} {TEXT} {'w' * 100_000}"
    made = asked("h", (0, len(HOSTILE)), [(0, len(text))], (0, len(text)), [HOSTILE], text=text)
    question = made.question.model_copy(update={"id": HOSTILE, "question": HOSTILE})
    fault = replace(failed("f", FIRST), error=HOSTILE)
    facts = replace(FACTS, command=HOSTILE, questions=HOSTILE)
    return Run(facts, (replace(made, question=question), fault))


@pytest.fixture(scope="module")
def hostile() -> str:
    return page(summarise(_hostile_run()))


def test_figures_are_the_summarys(tree: LexborHTMLParser, summary: Summary) -> None:
    rows = {str(r.attributes["data-measure"]): r for r in tree.css("tr[data-measure]")}
    assert rows.keys() == summary.headline.figures.keys()
    for name, figure in summary.headline.figures.items():
        if name.startswith("latency"):
            continue
        row = rows[name]
        assert row.css("td.mean")[0].text() == f"{figure.mean:.3f}"
        assert row.css("td.interval span")[0].text() == f"{figure.low:.3f} to {figure.high:.3f}"
        assert row.css("td")[-1].text() == str(figure.n)
        line, dot = row.css("line.interval")[0].attributes, row.css("line.mean")[0].attributes
        assert float(str(line["x1"])) == pytest.approx(100 * figure.low, abs=0.005)
        assert float(str(line["x2"])) == pytest.approx(100 * figure.high, abs=0.005)
        assert float(str(dot["x1"])) == pytest.approx(100 * figure.mean, abs=0.005)


def test_every_measure_links_to_its_definition(tree: LexborHTMLParser) -> None:
    for link in tree.css(".figures a"):
        definition = _only(tree, f'[id="{str(link.attributes["href"])[1:]}"] dd').text()
        assert definition.startswith(str(link.attributes["title"]))


def test_ids_are_unique_and_links_lead_somewhere(tree: LexborHTMLParser) -> None:
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    targets = {str(a.attributes["href"]) for a in tree.css("a")}
    assert targets <= {f"#{identity}" for identity in ids}


def test_tags_have_a_row_each(tree: LexborHTMLParser, summary: Summary) -> None:
    rows = tree.css("table.tags tbody tr")
    assert [row.css("th")[0].text() for row in rows] == ["easy", "hard", "near"]
    easy = summary.tags[0].figures["mrr"]
    told = " ".join(rows[0].css("td")[2].text().split())
    assert told == f"{easy.mean:.2f} {easy.low:.2f} to {easy.high:.2f}"
    assert rows[2].css("td")[1].text() == "–"


def test_the_tuning_part_is_marked(tree: LexborHTMLParser, summary: Summary) -> None:
    part = _only(tree, "#tuning")
    assert part.css("h2")[0].text() == "Tuning part, for comparison only"
    assert summary.tuning is not None
    assert len(part.css("td.mean")) == len(summary.tuning.figures)


def test_without_parts_and_tags_their_sections_are_left_out() -> None:
    record = replace(CALM, question=CALM.question.model_copy(update={"tags": ()}))
    bare = LexborHTMLParser(page(summarise(Run(FACTS, (record,)))))
    assert [node.attributes["id"] for node in bare.css("section")] == [
        "summary",
        "figures",
        "plots",
        "questions",
        "glossary",
    ]
    assert not bare.css("#tag")


def test_questions_stand_the_worst_first_with_their_values(tree: LexborHTMLParser) -> None:
    rows = tree.css("#list tbody tr")
    assert [row.css("th")[0].text() for row in rows] == [
        "false",
        "lost",
        "tuned",
        "mute",
        "late",
        "good",
        "calm",
    ]
    cells = [cell.text().strip() for cell in _row(tree, "late").css("td")[1:]]
    assert cells == ["answered", "0.80", "3", "no", "10.0"]
    assert [cell.text() for cell in _row(tree, "calm").css("td")[1:5]] == [
        "refused",
        "0.10",
        "–",
        "–",
    ]


def test_marks_enclose_exactly_the_expected_text(tree: LexborHTMLParser) -> None:
    late = _row(tree, "late")
    passages = late.css("ol.passages li")
    assert [[mark.text() for mark in p.css("mark")] for p in passages] == [[], [], [TEXT[34:50]]]
    assert [p.css("p.text")[0].text() for p in passages] == [TEXT[:16], TEXT[17:33], TEXT[34:50]]
    assert [u.text() for u in passages[0].css("u")] == [TEXT[:16]]
    assert "holds the expected text" in passages[2].css(".source")[0].text()
    good = _row(tree, "good")
    assert [mark.text() for mark in good.css("blockquote mark")] == [TEXT[:16]]


def test_a_mark_within_a_passage() -> None:
    record = asked("a", (4, 11), [(0, 33)], (8, 16))
    tree = LexborHTMLParser(page(summarise(Run(FACTS, (record,)))))
    assert [mark.text() for mark in tree.css(".passages mark")] == ["bbb ccc"]
    assert [mark.text() for mark in tree.css("blockquote mark")] == ["ccc"]


def test_a_document_expected_as_a_whole() -> None:
    expected = GOOD.question.expected[0].model_copy(update={"quote": None})
    question = GOOD.question.model_copy(update={"expected": (expected,)})
    places = (replace(GOOD.places[0], spans=()),)
    tree = LexborHTMLParser(
        page(summarise(Run(FACTS, (replace(GOOD, question=question, places=places),))))
    )
    assert "The document as a whole" in _row(tree, "good").text()
    assert not tree.css("#list mark")


def test_warnings_and_failures_are_told() -> None:
    tree = LexborHTMLParser(page(summarise(Run(FACTS, (failed("a", FIRST),)))))
    assert "1 question failed" in _only(tree, ".warnings").text()
    assert "the index is gone" in _only(tree, "#list .error").text()


def _policy(tree: LexborHTMLParser) -> str:
    return str(_only(tree, "meta[http-equiv='Content-Security-Policy']").attributes["content"])


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@pytest.mark.parametrize("which", ["html", "hostile"])
def test_the_policy_allows_exactly_our_style_and_script(
    which: str, request: pytest.FixtureRequest
) -> None:
    html: str = request.getfixturevalue(which)
    tree = LexborHTMLParser(html)
    style = html[html.index("<style>") + 7 : html.index("</style>")]
    script = html[html.rindex("<script>") + 8 : html.rindex("</script>")]
    assert _only(tree, "style").text() == style
    assert _only(tree, "script").text() == script
    assert _policy(tree) == (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("which", ["html", "hostile"])
def test_nothing_is_loaded_or_run_by_an_attribute(
    which: str, request: pytest.FixtureRequest
) -> None:
    tree = LexborHTMLParser(request.getfixturevalue(which))
    assert not tree.css("img, iframe, object, embed, link, base, form, image, audio, video")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert name != "style"
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "action", "srcset", "data"):
                assert str(value).startswith("#")
            assert not re.search(r"url\((?!#)", str(value))
    for node in tree.css("style"):
        assert "url(" not in node.text()
        assert "@import" not in node.text()


def test_hostile_texts_are_shown_as_they_are(hostile: str) -> None:
    tree = LexborHTMLParser(hostile)
    shown = HOSTILE.replace("\x00", "␀").replace("\x1b", "␛")
    row = _row(tree, shown)
    assert row.css("summary bdi")[0].text() == shown
    assert row.css(".passages mark")[0].text() == shown
    assert "\x00" not in hostile
    assert "w" * 100_000 in row.text()
    assert _row(tree, "f").css(".error bdi")[0].text() == shown
    assert "49" not in row.css("summary")[0].text()


def test_every_text_of_others_is_isolated(hostile: str) -> None:
    holding = {
        (node.tag, str(node.attributes.get("dir")))
        for node in LexborHTMLParser(hostile).css("body *")
        if any(c.tag == "-text" and "\u202e" in c.text() for c in node.iter(include_text=True))
    }
    # an option holds nothing but text, and stands alone on its line
    assert holding == {
        ("bdi", "None"),
        ("p", "auto"),
        ("mark", "None"),
        ("u", "None"),
        ("option", "None"),
    }


def test_many_questions_stay_small() -> None:
    text = " ".join([TEXT] * 9)
    long = [(n, n + 500) for n in range(0, 50, 10)]
    many = [
        _long(asked(f"question-{n}", (1, 90), long * 2, (0, 250), text=text)) for n in range(1190)
    ]
    html = page(summarise(Run(FACTS, tuple(many))))
    assert len(html.encode()) < 3_000_000
    tree = LexborHTMLParser(html)
    assert len(tree.css("#list tbody tr")) == 1190
    assert len(tree.css("ol.passages")) == WITH_PASSAGES
    assert f"Only the {WITH_PASSAGES} worst questions" in _only(tree, "#questions").text()


def _long(record: Record) -> Record:
    question = Question.model_copy(record.question, update={"question": "Which word? " * 9})
    return replace(record, question=question)


def test_the_same_run_gives_the_same_page(summary: Summary, html: str) -> None:
    assert page(summary) == html


def test_tables_and_headings_say_what_they_are(tree: LexborHTMLParser) -> None:
    assert all(table.css("caption") for table in tree.css("table"))
    assert all("scope" in heading.attributes for heading in tree.css("th"))
    assert len(tree.css("h1")) == 1
    assert all(section.css("h2") for section in tree.css("section"))
    sorted_by = [th.text() for th in tree.css("#list th[aria-sort]")]
    assert sorted_by == ["Outcome"]
    assert all(
        control.parent is not None and control.parent.tag == "label"
        for control in tree.css("input, select")
    )


def test_other_text_is_not_marked(tree: LexborHTMLParser) -> None:
    # what was returned is the second sentence, what is expected the first
    assert TEXT[slice(*SECOND)] in _row(tree, "tuned").css(".passages")[0].text()
    assert not _row(tree, "tuned").css("mark")


def test_the_service_serves_it_by_the_policy_it_states(summary: Summary) -> None:
    policy = policy_of(page(summary))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("; frame-ancestors 'none'; sandbox allow-scripts")
