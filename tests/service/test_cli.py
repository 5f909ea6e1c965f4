"""``citewell ask`` on a terminal, in this process."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app
from service.cli import _print_response
from tests.service.corpora import engine_of

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
