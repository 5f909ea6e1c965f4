"""A Verdict to read. In: a Verdict. Out: Markdown; GitHub's workflow commands."""

from collections.abc import Iterator

from eval.verdicts.side_by_side import cell, plain
from eval.verdicts.verdict import Check, Verdict

_TITLE = "citewell eval gate"
_KINDS = {
    "questions": "baseline",
    "citations": "citations",
    "regression": "against the baseline",
    "floor": "floor",
}


def markdown(verdict: Verdict) -> str:
    """A table of all checks, the failed ones first."""
    lines = [
        f"# Gate {verdict.headline}",
        "",
        f"- run: `{verdict.facts.command}`, {verdict.facts.created}",
        *(f"- note: {plain(note)}" for note in verdict.notes),
        "",
        "| check | | result | finding |",
        "|---|---|---|---|",
    ]
    for check in sorted(verdict.checks, key=lambda check: check.passed):
        result = "passed" if check.passed else "**FAILED**"
        lines.append(
            f"| {cell(check.name)} | {_KINDS[check.kind]} | {result} | {cell(check.sentence)} |"
        )
    return "\n".join([*lines, ""])


def github(verdict: Verdict) -> str:
    """An error for each failed check and a notice, as a GitHub workflow shows them."""
    return "\n".join(_commands(verdict))


def _commands(verdict: Verdict) -> Iterator[str]:
    for check in verdict.failed:
        yield f"::error title={_property(title(check))}::{_data(check.sentence)}"
    told = ". ".join([verdict.headline, *verdict.notes])
    yield f"::notice title={_property(_TITLE)}::{_data(told)}"


def title(check: Check) -> str:
    """A check's name with what it is about."""
    return f"{check.name} ({_KINDS[check.kind]})"


def _data(text: str) -> str:
    """Escaped as the message of a workflow command: a line break would end the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as a value before the message, which commas and colons would end."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
