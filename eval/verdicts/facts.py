"""What made two runs differ. In: facts of both. Out: FactDifferences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eval.runs.record import RunFacts

NOT_TOLD = "not told"


@dataclass(frozen=True, slots=True)
class FactDifference:
    """A fact that two runs do not share, as a reader sees it."""

    name: str
    before: str
    after: str


def fact_differences(before: RunFacts, after: RunFacts) -> tuple[FactDifference, ...]:
    """Every fact that differs, but times and how the command was spelt."""
    ours, theirs = dict(run_facts(before)), dict(run_facts(after))
    return tuple(
        FactDifference(name, ours.get(name, NOT_TOLD), theirs.get(name, NOT_TOLD))
        for name in dict.fromkeys((*ours, *theirs))
        if ours.get(name, NOT_TOLD) != theirs.get(name, NOT_TOLD)
    )


def run_facts(facts: RunFacts) -> Iterator[tuple[str, str]]:
    """What a run depends on, by name."""
    source = facts.source
    yield "question set", f"sha256 {facts.questions_sha256[:12]}"
    yield "passages asked for", str(facts.top_k)
    yield "answered by", source.url or "an engine in the process"
    yield "index digest", source.index_digest[:12]
    yield "model", source.model or NOT_TOLD
    yield from _each("setting", source.settings or {})
    yield from _each("version of", source.versions)


def _each(kind: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, told in values.items():
        yield f"{kind} {name}", "not set" if told is None else str(told)
