"""Schemathesis against a running server. In: its address. Out: a tally of requests, failures.

``python -m tests.service.fuzz_http 20000`` fuzzes ``citewell serve`` on a copy of the seed's
index, round after round, until so many requests were sent, and prints the counts.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import schemathesis
from schemathesis.engine import events, from_schema

from tests.conftest import serving_seed, tell

# All checks, at every operation. What a schema cannot say is whether an index holds a document
# that feedback or a filter names, whether a cursor is one that a page has given, which of two
# offsets is the smaller, and whether a file can be read: there 422 is an answer to valid data
# too; nor that `*` names any tag (304), or that a document has not gone (409);
# nor what of OpenAI's form asks for other than quotes: there 400 is one. Whatever a form's
# field holds is a text, so that a value of another type is none that could be refused; and of
# a batch only those questions are refused that say nothing.
CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "401", "403", "404", "429", "503"]
[[operations]]
include-operation-id = ["create_chat_completion"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "503"]
checks.negative_data_rejection.expected-statuses = ["4xx"]
[[operations]]
include-operation-id = ["ask", "retrieve", "list_documents", "give_feedback", "add_documents"]
checks.positive_data_acceptance.expected-statuses = [
  "2xx", "304", "401", "403", "422", "429", "503"
]
[[operations]]
include-operation-id = ["restore_document"]
checks.positive_data_acceptance.expected-statuses = [
    "2xx", "401", "403", "404", "409", "422", "429", "503"
]
[[operations]]
include-operation-id = ["get_document_text"]
checks.positive_data_acceptance.expected-statuses = [
    "2xx", "304", "401", "404", "416", "422", "429", "503"
]
[[operations]]
include-operation-id = ["add_documents", "ask_batch"]
checks.negative_data_rejection.expected-statuses = ["2xx", "4xx"]
"""
# Ids whose end is before their start are no ids, which no pattern can say.
_CITATION = re.compile(r"p_[0-9a-f]{16}_([0-9]+)_([0-9]+)_[0-9a-f]{16}")


@dataclass
class Tally:
    """Requests by operation and status, and what a check found wrong."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.requests.update(other.requests)
        self.phases.update(other.phases)
        self.failures.extend(other.failures)


def fuzz(url: str, seed: int, examples: int) -> Tally:
    """Every phase with ``examples`` generated cases an operation, and as many sequences along
    the links."""
    config = schemathesis.Config.from_str(CONFIGURATION)
    config.update(seed=seed, max_failures=None)
    config.projects.default.generation.update(max_examples=examples)
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
    schema.hook("filter_body")(_is_no_reversed_citation)
    tally = Tally()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _count(event, tally)
        elif isinstance(event, events.NonFatalError):
            tally.failures.append(f"{event.label}: {event.info.format()}")
    return tally


def _is_no_reversed_citation(_context: object, body: object) -> bool:
    """False for ids whose end is before their start, which no pattern can say."""
    previous = body.get("previous") if isinstance(body, dict) else None
    ids = previous.get("citations") if isinstance(previous, dict) else None
    texts = [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []
    found = map(_CITATION.fullmatch, texts)
    return all(int(match[1]) < int(match[2]) for match in found if match)


def _count(event: events.ScenarioFinished, tally: Tally) -> None:
    recorder = event.recorder
    for identity, exchange in recorder.interactions.items():
        status = exchange.response.status_code if exchange.response else 0
        tally.requests[recorder.cases[identity].value.operation.label, status] += 1
        tally.phases[event.phase.value] += 1
        if exchange.response is None:
            tally.failures.append(f"no answer to {exchange.request.uri}")
    for identity, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                label = recorder.cases[identity].value.operation.label
                failure = check.failure_info.failure
                line = (
                    f"{label}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                )
                tally.failures.append(line)


def rounds(url: str, least: int) -> Iterator[Tally]:
    """One round after another, each with a seed of its own, until ``least`` were sent."""
    sent = number = 0
    while sent < least:
        tally = fuzz(url, seed=number, examples=100)
        sent, number = sent + tally.requests.total(), number + 1
        yield tally


def main(least: int) -> None:
    """Fuzz ``citewell serve`` with at least so many requests; exit with 1 for a failure."""
    total = Tally()
    with serving_seed() as (url, _):
        for tally in rounds(url, least):
            total.add(tally)
            tell(f"{total.requests.total()} requests, {len(total.failures)} failures")
            tell("\n".join(tally.failures))
    tell(f"phases: {dict(total.phases)}")
    for (label, status), count in sorted(total.requests.items()):
        tell(f"{count:7} {status} {label}")
    tell("\n".join(dict.fromkeys(total.failures)) or "no check failed")
    sys.exit(bool(total.failures))


if __name__ == "__main__":
    main(int(sys.argv[1]))
