"""Runs become a calibration that tells where it is from and that the service obeys."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.errors import QuestionSetInvalid
from eval.fitting.calibrate import calibrate, calibrate_passages
from eval.fitting.examples import NamedRun, all_asked, passage_examples, question_examples
from eval.fitting.folds import deal
from eval.fitting.logistic import left_out, weights_of
from eval.fitting.save import Kind, save
from eval.fitting.stating import told_at
from eval.fitting.threshold import conformal_threshold
from eval.fitting.told import tables
from eval.questions.question import read_questions
from eval.runs.asker import EngineAsker
from eval.runs.conduct import conduct
from eval.runs.folder import read_run
from eval.runs.record import Run
from service.answering.confidence import (
    PASSAGE_FEATURES,
    QUESTION_FEATURES,
    Logistic,
    load_calibration,
)
from service.engine import Engine

QUESTIONS = [
    {
        "id": f"q{n}",
        "question": question,
        "answerable": bool(quote),
        "expected": [{"document": document, "quote": quote}] if quote else [],
        "tags": ["tuning"] if n % 2 else ["test"],
    }
    for n, (question, document, quote) in enumerate(
        [
            ("ddd eee?", "one.txt", "Ccc ddd eee."),
            ("fff ggg?", "one.txt", "Fff ggg hhh."),
            ("bab?", "two.txt", "Bab bab?"),
            ("dead?", "deep er/three.md", "Dead beef"),
            ("quiz?", "", ""),
            ("jump?", "", ""),
            ("look?", "", ""),
            ("music?", "", ""),
        ]
    )
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A question set on the small index."""
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS), "utf-8")
    return path


@pytest.fixture
def run_folder(tmp_path: Path, file: Path, small_engine: Engine) -> Path:
    """A run of ``file``."""
    conduct(file, read_questions(file), EngineAsker(small_engine), tmp_path / "run", "x")
    return tmp_path / "run"


def named(folder: Path, tag: str | None = None, name: str = "run") -> NamedRun:
    return NamedRun(name, tag, read_run(folder))


def changed(folder: Path, change: dict[str, Any]) -> Path:
    """The run with other settings."""
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    facts["source"] |= change
    (folder / "run.json").write_text(json.dumps(facts), "utf-8")
    return folder


def test_the_content_is_what_the_service_reads(run_folder: Path, tmp_path: Path) -> None:
    content = calibrate([named(run_folder)])
    assert tuple(content["passage"]["weights"]) == PASSAGE_FEATURES
    assert tuple(content["question"]["weights"]) == QUESTION_FEATURES
    save(content, tmp_path / "mine.json", Kind.CALIBRATION)
    loaded = load_calibration(tmp_path / "mine.json")
    assert [list(pair) for pair in loaded.thresholds.items()] == content["thresholds"]
    assert loaded.passage.weights == content["passage"]["weights"]
    assert loaded.question.intercept == content["question"]["intercept"]
    assert loaded.models == {"letters 000000000000"}


def test_passages_are_fitted_alone_and_all_else_is_kept(run_folder: Path) -> None:
    whole = calibrate([named(run_folder)])
    other = {"intercept": 7.0, "weights": dict.fromkeys(PASSAGE_FEATURES, 0.0)}
    told = {"threshold": "of elsewhere"}
    kept = whole | {"passage": other, "thresholds": [[0.05, 0.9]], "provenance": told}
    found = calibrate_passages([named(run_folder)], kept)
    assert found["passage"] == whole["passage"] != other
    assert found["provenance"].pop("threshold") == "of elsewhere"
    (source,) = found["provenance"]["passage"]["runs"]
    assert source["run"] == "run"
    assert source.pop("figures") == found["provenance"]["passage"]["figures"]
    assert {name: found[name] for name in kept if name not in {"passage", "provenance"}} == {
        name: kept[name] for name in kept if name not in {"passage", "provenance"}
    }


def test_what_is_told_of_passages_is_the_product_of_both_models(run_folder: Path) -> None:
    run = named(run_folder)
    passage = {"intercept": 0.0, "weights": dict.fromkeys(PASSAGE_FEATURES, 0.0)}
    question = {"intercept": 0.0, "weights": dict.fromkeys(QUESTION_FEATURES, 0.0)}
    models = calibrate([run]) | {"passage": passage, "question": question}
    figures = calibrate([run], models=models)["provenance"]["figures"]
    # 0.5 of all questions, of 0.5 in each of their passages: a quarter, of what holds and not
    asked = all_asked([run])
    passages = passage_examples(asked, np.zeros(len(asked), dtype=np.int64))
    outcomes = passages.examples.outcomes
    weights = weights_of(passages.hits, passages.examples.runs, passages.owners)
    assert figures["question"]["brier"] == 0.25
    expected = float(weights @ (0.25 - outcomes) ** 2)
    assert figures["passage"]["brier"] == pytest.approx(expected, abs=1e-4)


def test_provenance_tells_what_it_is_from(run_folder: Path, file: Path) -> None:
    facts = read_run(run_folder).facts
    content = calibrate([named(run_folder)])
    parts = ["format", "passage", "question", "thresholds", "thresholds_by", "thresholds_most"]
    assert list(content) == [*parts, "strict", "strict_by", "provenance"]
    assert content["format"] == "citewell-calibration/3"
    provenance = content["provenance"]
    (source,) = provenance.pop("runs")
    figures = provenance.pop("figures")
    assert source.pop("figures") == figures
    assert source == {
        "run": "run",
        "tag": None,
        "stated_on": True,
        "strict_on": False,
        "questions_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "index_digest": facts.source.index_digest,
        "model": "letters 000000000000",
        "ranking": facts.source.versions["ranking"],
        "citewell": facts.source.versions["citewell"],
    }
    assert provenance == {
        "method": "logistic regression, runs and outcomes of questions weighted equally, passages "
        "in questions that one of them answers; thresholds by conformal counting on the left-out "
        "confidences of unanswerable questions, the highest of the runs' own",
        "figures_at": 0.2,  # the least that four questions state
        # two of four questions on one.txt are more than two fifths
        "left_out": {"folds": 5, "answerable_by_document": 2, "answerable_singly": 2},
    }
    assert figures["question"]["examples"] == figures["coverage"]["n"] == len(QUESTIONS)
    assert figures["false_answers"]["n"] == figures["false_abstentions"]["n"] == 4


def left_out_confidences(*runs: NamedRun) -> list[NDArray[np.float64]]:
    """Those of each run's unanswerable questions."""
    asked = all_asked(runs)
    found = left_out(question_examples(asked, deal(asked).folds), QUESTION_FEATURES)
    refused = np.array([not each.question.answerable for each in asked])
    of = np.array([each.run for each in asked])
    return [found[refused & (of == run)] for run in range(len(runs))]


def test_thresholds_are_stated_on_left_out_confidences(run_folder: Path) -> None:
    run = named(run_folder)
    content = calibrate([run])
    (confidences,) = left_out_confidences(run)
    stated = dict(map(tuple, content["thresholds"]))
    # (0 + 1) / (4 + 1): from 0.2 on, and from 0.4 on one of the four may pass
    assert list(stated) == [percent / 100 for percent in range(20, 51)]
    assert stated[0.2] == conformal_threshold(confidences, 0.2) == stated[0.39]
    assert stated[0.4] == conformal_threshold(confidences, 0.4) == stated[0.5]
    assert content["provenance"]["figures"]["false_answers"]["mean"] == 0  # at 0.2


def test_of_several_runs_the_highest_threshold_counts(run_folder: Path) -> None:
    runs = [named(run_folder, "tuning", "a"), named(run_folder, "test", "b")]
    own = [conformal_threshold(each, 0.5) for each in left_out_confidences(*runs)]
    assert own[0] != own[1]
    stated = dict(map(tuple, calibrate(runs)["thresholds"]))
    assert min(stated) == 0.34  # of two questions each
    assert stated[0.5] == max(each for each in own if each is not None)


@pytest.mark.parametrize("run", [0, 1])
def test_thresholds_are_stated_on_the_runs_chosen(run_folder: Path, run: int) -> None:
    runs = [named(run_folder, "tuning", "a"), named(run_folder, "test", "b")]
    content = calibrate(runs, [run])
    own = left_out_confidences(*runs)[run]
    assert dict(map(tuple, content["thresholds"]))[0.5] == conformal_threshold(own, 0.5)
    stated_on = [source["stated_on"] for source in content["provenance"]["runs"]]
    assert stated_on == [number == run for number in range(2)]


def test_what_thresholds_are_stated_on_changes_no_model(run_folder: Path) -> None:
    runs = [named(run_folder), named(run_folder, "test", "b")]
    every, one = calibrate(runs), calibrate(runs, [0])
    assert (every["passage"], every["question"]) == (one["passage"], one["question"])
    assert every["thresholds"] != one["thresholds"]


def test_strict_thresholds_are_those_of_other_runs(run_folder: Path) -> None:
    runs = [named(run_folder, "tuning", "a"), named(run_folder, "test", "b")]
    content = calibrate(runs, [0], [1])
    own = [conformal_threshold(each, 0.5) for each in left_out_confidences(*runs)]
    assert [dict(map(tuple, content[kind]))[0.5] for kind in ("thresholds", "strict")] == own
    assert [source["strict_on"] for source in content["provenance"]["runs"]] == [False, True]
    assert "(Strictly, with CITEWELL_STRICT=true: threshold " in "".join(tables(content))


def test_too_few_unanswerable_questions_are_told(run_folder: Path) -> None:
    run = read_run(run_folder)
    kept = [record for record in run.records if record.question.answerable]
    (sure,) = (record for record in run.records if record.question.id == "q4")
    assert sure.response is not None
    answer = replace(sure.response.answer, signals=dict.fromkeys(QUESTION_FEATURES, 1e4))
    sure = replace(sure, response=replace(sure.response, answer=answer))
    message = r"^no share of false answers can be stated on so few .* \(run has 1\); add some"
    with pytest.raises(QuestionSetInvalid, match=message):
        calibrate([NamedRun("run", None, Run(run.facts, (*kept, sure)))])


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ([0.01, 0.04, 0.05, 0.06], 0.05),
        ([0.01, 0.07, 0.2], 0.07),
        ([0.01, 0.02], 0.02),
        ([0.34, 0.5], 0.34),
    ],
)
def test_figures_are_told_for_five_percent_or_the_nearest(stated: list[float], told: float) -> None:
    assert told_at(dict.fromkeys(stated, 0.5)) == told


def test_runs_of_the_same_folder_name_keep_their_own_tags(run_folder: Path) -> None:
    other = run_folder.parent / "elsewhere" / "run"
    shutil.copytree(run_folder, other)
    provenance = calibrate([named(run_folder, "tuning"), named(other)])["provenance"]
    assert [run["tag"] for run in provenance["runs"]] == ["tuning", None]
    counts = [run["figures"]["question"]["examples"] for run in provenance["runs"]]
    assert counts == [len(QUESTIONS) // 2, len(QUESTIONS)]
    assert provenance["figures"]["question"]["examples"] == sum(counts)


def test_a_run_whose_answers_are_all_missed_cannot_be_fitted(run_folder: Path) -> None:
    lines = (run_folder / "records.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    for record in records:
        for place in record["places"]:
            place["document"] = "nowhere"
    (run_folder / "records.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with pytest.raises(QuestionSetInvalid, match=r"^run has only one kind of outcome; add answer"):
        calibrate([named(run_folder)])


def test_what_a_server_does_not_tell_is_not_told(run_folder: Path, tmp_path: Path) -> None:
    folder = changed(run_folder, {"settings": None, "model": None, "versions": {}})
    content = calibrate([named(folder)])
    (run,) = content["provenance"]["runs"]
    assert (run["ranking"], run["model"], run["citewell"]) == (None, None, None)
    save(content, tmp_path / "mine.json", Kind.CALIBRATION)
    assert load_calibration(tmp_path / "mine.json").models == frozenset()


def test_tables_tell_each_run_and_all(run_folder: Path) -> None:
    content = calibrate([named(run_folder, "test", "a"), named(run_folder, None, "b")], [1])
    threshold = dict(map(tuple, content["thresholds"]))[0.2]
    lines = list(tables(content))
    assert lines[0] == (
        f"At most 0.2 false answers stated: threshold {threshold:g}. On questions left out:"
    )
    names = [line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| ")]
    only = "a:test (fitted on only)"
    assert names[:4] == ["run", only, "b", "all"]
    assert names[4:] == ["run", only, only, "b", "b", "all", "all"]
    wrong = content["provenance"]["figures"]["false_answers"]
    told = f"| all | {wrong['mean']:.3f} ({wrong['low']:.3f} to {wrong['high']:.3f}) | 6 |"
    assert sum(line.startswith(told) for line in lines) == 1


def test_a_table_of_one_run_is_not_told_twice(run_folder: Path) -> None:
    lines = list(tables(calibrate([named(run_folder)])))
    names = [line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| ")]
    assert names == ["run"] * 5  # two heads, one run and both of its models


def test_thresholds_may_follow_signals(run_folder: Path, tmp_path: Path) -> None:
    content = calibrate([named(run_folder)], follow={"window": 4.0})
    assert content["thresholds_by"]["window"][0] == 4.0
    assert content["strict_by"] == {}
    save(content, tmp_path / "mine.json", Kind.CALIBRATION)
    limit = load_calibration(tmp_path / "mine.json").limit(0.4)
    answered = [
        record.response.answer.signals
        for record in read_run(run_folder).records
        if record.response and not record.question.answerable
    ]
    # Told by the confidences of models that left the question out, so to be recomputed here.
    (confidences,) = left_out_confidences(named(run_folder))
    passing = sum(
        confidence > 0 and confidence >= limit.of(signals)
        for confidence, signals in zip(confidences, answered, strict=True)
    )
    assert passing == 1  # (1 + 1) / (4 + 1)
    assert "in signals by quantile regression" in content["provenance"]["method"]
    assert next(tables(content)).startswith("At most 0.2 false answers stated: threshold ")
    assert "following window. On questions left out" in next(tables(content))


def test_strict_thresholds_follow_their_own(run_folder: Path) -> None:
    content = calibrate([named(run_folder)], strict_on=[0], strict_follow={"joint": 1.0})
    assert content["thresholds_by"] == {}
    assert content["strict_by"]["joint"][0] == 1.0


def test_what_is_no_signal_cannot_be_followed(run_folder: Path) -> None:
    with pytest.raises(
        QuestionSetInvalid, match="colour is no signal of the runs; there are dense"
    ):
        calibrate([named(run_folder)], follow={"colour": None})


def test_models_may_be_kept_and_only_thresholds_stated(run_folder: Path) -> None:
    before = calibrate([named(run_folder, "test")])
    content = calibrate([named(run_folder)], models=before)
    assert (content["passage"], content["question"]) == (before["passage"], before["question"])
    assert content["provenance"]["models"] == before["provenance"]
    model = Logistic(before["question"]["intercept"], before["question"]["weights"])
    asked = all_asked([named(run_folder)])
    confidences = np.array(
        [round(model.probability(a.features), 4) for a in asked if not a.question.answerable]
    )
    assert dict(map(tuple, content["thresholds"]))[0.4] == conformal_threshold(confidences, 0.4)
    assert "On questions of any kind:" in next(tables(content))


def test_strict_thresholds_are_kept_with_the_models_unless_stated_anew(run_folder: Path) -> None:
    before = calibrate([named(run_folder)], strict_on=[0], strict_follow={"joint": 1.0})
    strict = {name: before[name] for name in ("strict", "strict_by", "strict_most")}
    kept = calibrate([named(run_folder)], models=before, follow={"window": 4.0})
    assert {name: kept[name] for name in strict} == strict
    anew = calibrate([named(run_folder)], models=before, strict_on=[0])
    assert (anew["strict_by"], anew["strict_most"]) == ({}, [])
    assert calibrate([named(run_folder)])["strict"] == []


def test_models_of_other_signals_are_not_kept(run_folder: Path) -> None:
    before = calibrate([named(run_folder)])
    before["question"]["weights"]["read"] = 1.0
    with pytest.raises(QuestionSetInvalid, match="weigh other signals than the runs state: make"):
        calibrate([named(run_folder)], models=before)


def test_what_a_rule_refuses_is_no_example_but_counts_as_refused(
    tmp_path: Path, small_engine: Engine
) -> None:
    more = [{**q, "id": f"n{n}", "question": "?!" * n} for n, q in enumerate(QUESTIONS[4:], 1)]
    file = tmp_path / "more.jsonl"
    file.write_text("".join(json.dumps(q) + "\n" for q in [*QUESTIONS, *more]), "utf-8")
    run = conduct(file, read_questions(file), EngineAsker(small_engine), tmp_path / "more", "x")
    asked = all_asked([NamedRun("more", None, run)])
    assert [each.ruled_out for each in asked] == [False] * 8 + [True] * 4
    content = calibrate([NamedRun("more", None, run)])
    plain = calibrate([NamedRun("less", None, replace(run, records=run.records[:8]))])
    assert content["question"] == plain["question"]
    # Eight unanswerable questions now, four of which never pass.
    assert min(dict(map(tuple, content["thresholds"]))) == 0.12
    assert content["provenance"]["figures"]["false_answers"]["n"] == 8
