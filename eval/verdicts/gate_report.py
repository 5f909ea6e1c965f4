"""A Verdict to read. In: a Verdict. Out: Markdown; GitHub's workflow commands."""

from collections.abc import Iterator

from eval.verdicts.verdict import Check, Verdict
from index.visible import in_cell, on_one_line

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
        f"- run: `{on_one_line(verdict.facts.command)}`, {verdict.facts.created}",
        *(f"- note: {on_one_line(note)}" for note in verdict.notes),
        "",
        "| check | | result | finding |",
        "|---|---|---|---|",
    ]
    for check in sorted(verdict.checks, key=lambda check: check.passed):
        result = "passed" if check.passed else "**FAILED**"
        cells = in_cell(check.name), _KINDS[check.kind], result, in_cell(check.sentence)
        lines.append(f"| {' | '.join(cells)} |")
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
