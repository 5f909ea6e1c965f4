"""The README is true: its settings, commands, examples and links."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from citewell import app
from eval.questions.question import Question
from eval.verdicts.floors import read_rules
from service.choices.prefix import PREFIX
from service.settings import Settings
from tests.conftest import ROOT, serving

README = (ROOT / "README.md").read_text("utf-8")
EVALUATION = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000"


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands() -> list[list[str]]:
    found: dict[str, None] = {}
    for text in (README, EVALUATION):
        lines = [line for block in blocks("sh", text) for line in block.splitlines()]
        shown = [line.partition("#")[0] for line in lines if line.startswith(".venv/bin/citewell")]
        found |= dict.fromkeys([*shown, *re.findall(r"`(citewell [^`]+)`", text)])
    return [shlex.split(command) for command in found]


def test_settings_table_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `(CITEWELL_\w+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    expected = [
        (
            PREFIX + name.upper(),
            "unset" if field.default is None else f"`{field.default}`",
            field.description,
        )
        for name, field in Settings.model_fields.items()
    ]
    assert rows == expected


def test_readme_shows_commands() -> None:
    assert len(commands()) >= 5


def command_below(command: Any, word: str) -> Any:
    """The command of a group by its name, or None."""
    return command.get_command(None, word) if hasattr(command, "get_command") else None


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one_that_citewell_has(words: list[str]) -> None:
    command = get_command(app)
    for word in words[1:]:
        known = command_below(command, word)
        if known is None and word.endswith(".jsonl"):  # a question set is run
            known = command_below(command, "run")
        command = known or command
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= options
    assert command.name != "citewell" or words[1:] == [], f"no such command: {words}"


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"\bmake ([a-z][a-z-]*)\b", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("text", [README, EVALUATION], ids=["README", "evaluation"])
def test_question_set_example_is_valid(text: str) -> None:
    (example,) = blocks("json", text)
    questions = [Question.model_validate_json(line) for line in example.splitlines()]
    assert {question.answerable for question in questions} == {True, False}


def test_floors_example_is_valid(tmp_path: Path) -> None:
    (example,) = blocks("toml", EVALUATION)
    (tmp_path / "floors.toml").write_text(example, "utf-8")
    rules = read_rules(tmp_path / "floors.toml")
    assert (rules.part, len(rules.floors)) == ("test", 4)


@pytest.mark.model
def test_curl_line_answers(server_url: str) -> None:
    (line,) = [block for block in blocks("sh") if block.startswith("curl")]
    done = subprocess.run(
        ["bash", "-c", line.replace(ADDRESS, server_url)], capture_output=True, check=True
    )
    assert len(json.loads(done.stdout)["passages"]) == 3


@pytest.mark.model
def test_documents_are_added_and_removed_as_shown(seed_index: Path, tmp_path: Path) -> None:
    (block,) = [block for block in blocks("sh") if "/v1/documents" in block]
    shutil.copytree(seed_index, tmp_path / "index")
    with serving(tmp_path / "index") as url:
        shown = block.replace(ADDRESS, url).replace("curl -s", "curl -s -w '\\n'")
        done = subprocess.run(
            ["bash", "-ec", shown], capture_output=True, check=True, cwd=tmp_path, text=True
        )
    added, other, removed = map(json.loads, done.stdout.splitlines())
    assert (added["added"], other["added"]) == (["lease.txt"], ["garden/lease.txt"])
    assert (removed["removed"], removed["erased"]) == (["lease.txt"], True)
    assert removed["index"]["generation"] == 4


@pytest.mark.model
def test_python_example_answers(server_url: str) -> None:
    (code,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", code.replace(ADDRESS, server_url)],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.startswith("1 000_ff22eedb3fb81119.txt ")
    assert "warm water port baltic" in done.stdout


@pytest.mark.parametrize(
    "document",
    ["README.md", "CONTRIBUTING.md", "DECISIONS.md", "docs/clients.md", "docs/evaluation.md"],
)
def test_links_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if not target.startswith("http"):
            assert (ROOT / Path(document).parent / target).exists(), target
