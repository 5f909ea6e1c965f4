"""The report for programs. In: a Summary. Out: JSON of the format ``citewell-report/1``.

::

    format                the above
    facts                 as in run.json
    headline, tuning      {name, questions, figures: {measure: {mean, low, high, n}}}, or null
    tags                  {tag: the same}
    failed                how many questions of the headline ended in an error
    drafts                how many questions of the run nobody has checked
    reliability, passage_reliability   [{predicted, observed: {mean, low, high, n}}]
    risk_coverage         [{threshold, coverage, risk}]
    questions             of headline and tuning:
                          [{id, part, tags, answerable, outcome, verdict, confidence, hit_rank,
                            seconds, error, measures: {measure: number or null}}]

A null measure does not apply. Texts are left out; they stand in records.jsonl.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from eval.measures.summary import Part, Summary
from eval.reports.rows import row

FORMAT = "citewell-report/1"


def as_json(summary: Summary) -> str:
    """Everything that is in the report but the texts of passages."""
    content = {
        "format": FORMAT,
        "facts": asdict(summary.facts),
        "headline": _part(summary.headline),
        "tuning": _part(summary.tuning) if summary.tuning else None,
        "tags": {part.name: _part(part) for part in summary.tags},
        "failed": summary.failed,
        "drafts": summary.drafts,
        "reliability": [asdict(each) for each in summary.reliability],
        "passage_reliability": [asdict(each) for each in summary.passage_reliability],
        "risk_coverage": [asdict(each) for each in summary.risk_coverage],
        "questions": [
            question
            for part in (summary.headline, summary.tuning)
            if part
            for question in _questions(part)
        ],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "questions": len(part.judged),
        "figures": {name: asdict(figure) for name, figure in part.figures.items()},
    }


def _questions(part: Part) -> Iterator[dict[str, Any]]:
    for judged in part.judged:
        record, told = judged.record, row(judged)
        yield {
            "id": record.question.id,
            "part": part.name,
            "tags": list(record.question.tags),
            "answerable": record.question.answerable,
            "outcome": told.outcome,
            "verdict": record.response.answer.verdict if record.response else None,
            "confidence": told.confidence,
            "hit_rank": told.hit_rank,
            "seconds": record.seconds,
            "error": record.error,
            "measures": judged.measures,
        }
