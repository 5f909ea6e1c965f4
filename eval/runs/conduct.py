"""A run from beginning to end. In: a question set, an Asker, a folder. Out: a Run."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from eval.questions.question import Question
from eval.runs.asker import Asker
from eval.runs.folder import now, open_folder
from eval.runs.record import Run, RunFacts
from eval.runs.run import Progress, ask_all, locate_all, passages_wanted


def conduct(
    file: Path,
    questions: Sequence[Question],
    asker: Asker,
    folder: Path,
    command: str,
    progress: Progress = lambda _step, _done, _total: None,
) -> Run:
    """Ask the questions of ``file`` that the folder does not hold yet, and finish the run.

    When it is stopped, what was asked so far stays in the folder. Raises ``QuestionSetInvalid``
    before asking anything when a quote is not in the index, ``OutputExists`` when the folder
    holds another run, ``AskerGone`` and ``IndexChanged`` on the way.
    """
    places = locate_all(questions, asker)
    kept = open_folder(folder, _facts(file, questions, asker, command))
    try:
        done, top_k = len(kept.records), kept.facts.top_k
        for record in ask_all(questions, places, asker, top_k, progress, done):
            kept.add(record)
        return kept.finish()
    finally:
        kept.close()


def _facts(file: Path, questions: Sequence[Question], asker: Asker, command: str) -> RunFacts:
    return RunFacts(
        command=command,
        created=now(),
        finished=None,
        questions=str(file),
        questions_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        asked=len(questions),
        top_k=passages_wanted(questions),
        source=asker.source,
    )
