"""``citewell ask`` on a terminal, in this process."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app

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
