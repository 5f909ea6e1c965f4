from pathlib import Path

import pytest

from service.answer import AnswerSentence, Event, Quote, Response
from service.asking.previous import previous_of
from service.doors.conversation import Turn, cited_in
from service.doors.footnotes import WITHDRAWN, FootnotedText, footnoted
from service.engine import Engine, open_engine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.calibrations import calibration_file
from tests.service.corpora import index_of
from tests.service.writing.played import Play, playing, raw, streamed

ASKED = "What has faced the bad beef?"
TEXTS = {"sub/1\n.txt": "Dead Abe has faced the beef.", "2.txt": "Bab has a bad face. Beef is bad."}
GOOD = "Dead Abe has faced the beef [1]."


def at(identity: str) -> str:
    return f"at:{identity}"


def engine_on(root: Path, **settings: object) -> Engine:
    calibration = calibration_file(root / "mine")
    stated = {"index": index_of(root, TEXTS), "calibration": calibration, **settings}
    return open_engine(Settings.model_validate(stated), LetterEmbedder())


def told(engine: Engine) -> tuple[FootnotedText, list[str], Response]:
    """The text as it grew, what each event added, and the response."""
    text = FootnotedText(at)
    added = [text.take(event) for event in engine.ask_stream(ASKED, 2)]
    assert text.response is not None
    return text, added, text.response


def test_quotes_are_followed_by_their_numbers_and_the_sources(tmp_path: Path) -> None:
    text, added, response = told(engine_on(tmp_path))
    answer, passages = response.answer, response.passages
    assert (len(answer.quotes), answer.citations) == (3, (1, 2))
    quotes = "\n\n".join(f"“{quote.text}” [{quote.citation}]" for quote in answer.quotes)
    paths = {"sub/1\n.txt": "sub/1 .txt", "2.txt": "2.txt"}
    notes = "\n".join(
        f"- [{n}] {paths[passages[n - 1].document.path]}: at:{passages[n - 1].id}"
        for n in answer.citations
    )
    assert text.text == f"{quotes}\n\nSources:\n{notes}"
    assert "".join(added) == text.text
    assert added[0] == ""


def test_each_run_is_a_quote_of_the_passage_it_cites(tmp_path: Path) -> None:
    text, _, response = told(engine_on(tmp_path))
    runs = [(text.text[run.start : run.end], run.citation) for run in text.cited]
    assert runs == [(quote.text, quote.citation) for quote in response.answer.quotes]
    for quote, citation in runs:
        assert quote in response.passages[citation - 1].text


def test_footnotes_tell_what_the_next_question_may_lean_on(tmp_path: Path) -> None:
    text, _, response = told(engine_on(tmp_path))
    assert cited_in([Turn("assistant", text.text)]) == previous_of(response).citations
    assert previous_of(response).citations


def test_no_answer_is_the_sentence_of_its_absence(tmp_path: Path) -> None:
    text, added, response = told(engine_on(tmp_path, threshold=1.0))
    assert response.answer.absence is not None
    assert text.text == response.answer.absence.explanation == "".join(added)
    assert text.cited == []


@pytest.mark.parametrize(
    ("pieces", "runs"),
    [
        ([GOOD], [("Dead Abe has faced the beef.", 1)]),
        ([GOOD, " Bab has a bad face [2]."], None),
        ([GOOD, " It has seen the moon [2]."], [("Dead Abe has faced the beef.", 1)]),
        (["NOT FOUND"], []),
    ],
)
@pytest.mark.parametrize("unsupported", ["drop", "mark"])
def test_a_written_answer_is_the_same_whole_and_in_pieces(
    tmp_path: Path, pieces: list[str], runs: list[tuple[str, int]] | None, unsupported: str
) -> None:
    with playing(streamed(*pieces)) as played:
        named = {"llm_url": played.url, "llm_model": "small", "llm_unsupported": unsupported}
        text, added, response = told(engine_on(tmp_path, **named))
    answer = response.answer
    assert answer.composed is True
    whole = footnoted(response, at)
    assert (whole.text, whole.cited) == (text.text, text.cited)
    assert "".join(added) == text.text
    assert text.text.startswith(answer.text or "There is no answer: the language model found no")
    if runs is not None:
        assert [(text.text[run.start : run.end], run.citation) for run in text.cited] == runs


@pytest.mark.parametrize(
    ("play", "withdrawn"), [(raw(status=500), False), (streamed(GOOD, " So it is [9]."), True)]
)
def test_what_cannot_be_checked_to_its_end_is_withdrawn(
    tmp_path: Path, play: Play, withdrawn: bool
) -> None:
    with playing(play) as played:
        engine = engine_on(tmp_path, llm_url=played.url, llm_model="small")
        text, added, response = told(engine)
    assert (WITHDRAWN in text.text) is withdrawn
    assert text.text.startswith("Dead Abe" if withdrawn else "“")
    assert f"Note: {response.answer.notice}." in text.text
    assert "".join(added) == text.text
    quotes = [quote.text for quote in response.answer.quotes]
    assert [text.text[run.start : run.end] for run in text.cited] == quotes
    whole = footnoted(response, at).text
    assert whole.startswith("“")
    assert text.text.endswith(whole)


def test_a_sentence_without_support_is_no_cited_run() -> None:
    text = FootnotedText(at)
    events: list[Event] = [
        ("sentence", AnswerSentence("Ab.", (1, 2), supported=True)),
        ("sentence", AnswerSentence("Cd.", (2,), supported=False)),
    ]
    assert [text.take(event) for event in events] == ["Ab. [1][2]", " Cd. [2] [unsupported]"]
    assert [(run.start, run.end, run.citation) for run in text.cited] == [(0, 3, 1), (0, 3, 2)]


def test_quotes_are_kept_as_they_are() -> None:
    text = FootnotedText(at)
    text.take(("quote", Quote("a\n[1] *b* 😀 “c”", 3, 0, 15)))
    assert text.text == "“a\n[1] *b* 😀 “c”” [3]"
    assert text.text[text.cited[0].start : text.cited[0].end] == "a\n[1] *b* 😀 “c”"
