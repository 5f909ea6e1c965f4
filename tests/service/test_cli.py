"""``citewell ask`` on a terminal, in this process."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app
from service.cli import _print_response
from tests.service.corpora import engine_of
from tests.service.writing.played import Play, playing, raw, single, streamed

ASKED = "Did the Soviets want a warm water port?"


@pytest.fixture(scope="module")
def explained(seed_index: Path) -> str:
    """What ``ask --explain`` prints for two passages."""
    command = ["ask", ASKED, "--index", str(seed_index), "--top-k", "2", "--explain"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.model
def test_explain_tells_every_value_of_each_passage(explained: str) -> None:
    for meaning in (
        "likeness of the passage",
        "likeness of its closest sentence",
        "likeness and words in one sentence",
        "shared words, BM25",
        "related words, share",
        "all together",
    ):
        assert explained.count(f"    {meaning}") == 2


@pytest.mark.model
def test_the_answer_names_its_source(explained: str) -> None:
    assert re.search(r"“[^”]*warm water port[^”]*” \[\d\]", explained.replace("\n", " "))
    assert "[1] '000_ff22eedb3fb81119.txt', characters " in explained


def test_a_document_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = engine_of(tmp_path, {"1.txt": "aa bb \x1b]0;mine\x07 cc :smile:"}, threshold=0.0)
    response = engine.ask("aa bb cc")
    assert response.answer.quotes
    _print_response(response, explain=False)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.count("␛]0;mine␇ cc :smile:") == 2  # in the quote and in its passage


def _written(play: Play, index: Path, **environment: str) -> tuple[str, str]:
    """The answer that ``ask`` prints when the endpoint plays this, and all that it prints; white
    space made even."""
    with playing(play) as played:
        env = {"CITEWELL_LLM_URL": played.url, "CITEWELL_LLM_MODEL": "small", **environment}
        done = CliRunner().invoke(app, ["ask", ASKED, "--index", str(index)], env=env)
    assert done.exit_code == 0, done.output
    told = " ".join(done.stdout.split())
    return told.partition(" confidence ")[0], told


@pytest.mark.model
def test_a_written_answer_is_printed_with_its_markers(seed_index: Path) -> None:
    pieces = "The Soviets sought ", "a warm water port [1]."
    answer, told = _written(streamed(*pieces), seed_index)
    assert answer == "The Soviets sought a warm water port. [1]"
    assert "[1] '000_ff22eedb3fb81119.txt', characters " in told
    assert "instead of a written answer" not in told


@pytest.mark.model
def test_a_sentence_without_support_is_marked(seed_index: Path) -> None:
    play = single("They sought a warm water port [1]. Zoe sold it in 1999 [1].")
    answer, told = _written(play, seed_index, CITEWELL_LLM_UNSUPPORTED="mark")
    assert answer == ("They sought a warm water port. [1] Zoe sold it in 1999. [1] [unsupported]")
    assert "sentences that the passages they cite do not support: 1 of 2 marked" in told


@pytest.mark.model
def test_quotes_and_a_notice_are_printed_when_the_endpoint_is_down(seed_index: Path) -> None:
    answer, told = _written(raw(status=503), seed_index)
    assert re.match(r"“[^”]*warm water port[^”]*” \[\d\]", answer)
    assert "quotes instead of a written answer: " in told
    assert "HTTP 503" in told


@pytest.mark.model
def test_some_documents_alone_are_asked(seed_index: Path) -> None:
    def told(*options: str) -> str:
        done = CliRunner().invoke(app, ["ask", ASKED, "--index", str(seed_index), *options])
        assert done.exit_code == 0, done.output
        return " ".join(done.stdout.split())

    assert told("--path", "000_*.txt") == told()
    none = told("--path", "000_*", "--tag", "lease", "--after", "What of the pact?")
    assert "No document is left to look in; widen the filter. The filter leaves out 1 of 1" in none
