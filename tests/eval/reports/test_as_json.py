"""The JSON holds every number of the summary, and no text of a passage."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from eval.measures.summary import Summary, summarise
from eval.reports.as_json import as_json
from eval.runs.record import Run
from tests.eval.reports.runs import FACTS, FIRST, RUN, TEXT, failed


@pytest.fixture(scope="module")
def content(summary: Summary) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(as_json(summary))
    return loaded


def test_figures_are_the_summarys(content: dict[str, Any], summary: Summary) -> None:
    assert content["format"] == "citewell-report/1"
    assert content["facts"] == asdict(FACTS)
    assert (content["headline"]["name"], content["headline"]["questions"]) == ("test", 6)
    assert content["headline"]["figures"] == {
        name: asdict(figure) for name, figure in summary.headline.figures.items()
    }
    assert content["tuning"]["questions"] == 1
    assert list(content["tags"]) == ["easy", "hard", "near"]
    assert content["tags"]["near"]["figures"]["refused"]["n"] == 2
    assert (content["failed"], content["drafts"]) == (0, 0)


def test_curves_are_the_summarys(content: dict[str, Any], summary: Summary) -> None:
    for name in ("reliability", "passage_reliability", "risk_coverage"):
        assert content[name] == [asdict(each) for each in getattr(summary, name)]
        assert content[name]


def test_every_question_has_its_measures(content: dict[str, Any], summary: Summary) -> None:
    questions = {each["id"]: each for each in content["questions"]}
    assert list(questions) == [record.question.id for record in RUN.records]
    late = questions["late"]
    assert late["measures"] == summary.headline.judged[1].measures
    assert late["measures"]["refused"] is None
    del late["measures"]
    assert late == {
        "id": "late",
        "part": "test",
        "tags": ["test", "easy"],
        "answerable": True,
        "outcome": "answered",
        "verdict": "answered",
        "confidence": 0.8,
        "hit_rank": 3,
        "seconds": 0.01,
        "error": None,
    }
    assert questions["tuned"]["part"] == "tuning"


def test_a_failed_question_has_its_error() -> None:
    content = json.loads(as_json(summarise(Run(FACTS, (failed("a", FIRST),)))))
    (question,) = content["questions"]
    assert (question["error"], question["verdict"], question["confidence"]) == (
        "the index is gone",
        None,
        None,
    )
    assert (content["failed"], content["tuning"]) == (1, None)


def test_texts_are_left_out(summary: Summary) -> None:
    assert TEXT[:16] not in as_json(summary)


def test_what_is_no_number_is_refused(summary: Summary) -> None:
    figures = {"mrr": replace(summary.headline.figures["mrr"], mean=float("nan"))}
    broken = replace(summary, headline=replace(summary.headline, figures=figures))
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json(broken)
