"""A Comparison for programs. In: a Comparison. Out: plain values that JSON holds."""

from dataclasses import asdict
from math import isfinite
from typing import Any

from eval.measures.measure import Judged
from eval.verdicts.changes import Changed
from eval.verdicts.compare import Comparison, Row


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Everything that the Markdown tells and every changed question.

    Each row has ``measure``, ``tag`` (None: all questions), ``before``, ``after``,
    ``difference``, ``low``, ``high`` (None for one question), ``p`` (as tested), ``p_corrected``,
    ``questions`` and ``verdict``.
    """
    matching, changes = comparison.matching, comparison.changes
    return {
        "before": asdict(comparison.before.facts),
        "after": asdict(comparison.after.facts),
        "warnings": list(comparison.warnings),
        "tag": comparison.tag,
        "questions": {
            "both": len(matching.pairs),
            "compared": comparison.questions,
            "only_before": list(matching.only_before),
            "only_after": list(matching.only_after),
            "reworded": list(matching.reworded),
            "other_truth": list(matching.other_truth),
        },
        "differing_facts": [asdict(fact) for fact in comparison.facts],
        "measures": [_row(row) for row in comparison.rows],
        "inapplicable": list(comparison.inapplicable),
        "tags": [_row(row) for row in comparison.tags],
        "changed": {
            "worse": [_changed(each) for each in changes.worse],
            "better": [_changed(each) for each in changes.better],
            "both": [_changed(each) for each in changes.both],
        },
    }


def _row(row: Row) -> dict[str, Any]:
    difference = row.difference
    return {
        "measure": row.measure,
        "tag": row.tag,
        "before": row.before,
        "after": row.after,
        "difference": difference.mean,
        "low": difference.low if isfinite(difference.low) else None,
        "high": difference.high if isfinite(difference.high) else None,
        "p": difference.p,
        "p_corrected": row.p,
        "questions": difference.n,
        "verdict": row.verdict,
    }


def _changed(changed: Changed) -> dict[str, Any]:
    question = changed.pair.after.record.question
    return {
        "id": question.id,
        "question": question.question,
        "flips": [{"measure": flip.measure, "gained": flip.gained} for flip in changed.flips],
        "before": _answer(changed.pair.before),
        "after": _answer(changed.pair.after),
    }


def _answer(judged: Judged) -> dict[str, Any]:
    response = judged.record.response
    if response is None:
        return {"error": judged.record.error}
    answer = response.answer
    return {"verdict": answer.verdict, "text": answer.text, "confidence": answer.confidence}
