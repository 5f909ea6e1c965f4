"""The commands ``ask`` and ``serve``. In: arguments. Out: an answer on the terminal, a server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from index.console import explained_errors, output
from index.filter import DocumentFilter, check_filter
from index.filter_options import takes_filter
from index.visible import visible
from service.answer import CitedPassage, Response, Scores
from service.asking.previous import Previous, previous_of
from service.asking.question import DEFAULT_PASSAGES, check_question
from service.citing.earlier import check_previous
from service.cli_cite import cite
from service.cli_doctor import doctor
from service.cli_index import preparing
from service.cli_key import keys
from service.cli_mcp import mcp
from service.engine import open_engine
from service.ranking.rank import BESIDE
from service.settings import read_settings
from service.watching.logs import set_up_logs

__all__ = ["ask", "cite", "doctor", "keys", "mcp", "preparing", "serve"]

Folder = Annotated[
    Path | None,
    typer.Option("--index", help="Folder of the index.", show_default=".citewell/index"),
]


@takes_filter
def ask(
    question: Annotated[str, typer.Argument(help="A question in plain language.")],
    index: Folder = None,
    top_k: Annotated[int, typer.Option(help="How many passages.")] = DEFAULT_PASSAGES,
    after: Annotated[
        str | None, typer.Option("--after", help="The question before, which this may lean on.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the JSON of POST /v1/ask.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell what put each passage where it is.")
    ] = False,
    *,
    chosen: DocumentFilter,
) -> None:
    """Ask one question of the index and print the answer with its sources."""
    with explained_errors():
        check_question(question, top_k)  # before the seconds that loading the model takes
        check_filter(chosen)
        if after is not None:
            check_previous(Previous(after))
        engine = open_engine(read_settings(index=index))
        previous = None if after is None else previous_of(engine.ask(after, chosen=chosen))
        response = engine.ask(question, top_k, previous, chosen)
    if as_json:
        typer.echo(json.dumps(asdict(response), ensure_ascii=False, indent=2))
    else:
        _print_response(response, explain=explain)


def serve(
    index: Folder = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 picks one.", show_default="8000")
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--open", help="Answer everyone who reaches it, without a key.")
    ] = False,
) -> None:
    """Serve the API and the page until interrupted."""
    with explained_errors():
        settings = read_settings(index=index, host=host, port=port, open=everyone or None)
        set_up_logs(settings.log_level, settings.log_format, questions=settings.log_questions)
        # Imported here: the other commands do without FastAPI's import time.
        from service.web.server import run_server  # noqa: PLC0415

        run_server(settings)


def _print_response(response: Response, *, explain: bool) -> None:
    answer = response.answer
    if response.understood and response.understood.leans:
        output.print(f"Understood as: {visible(response.understood.question)}")
    if answer.text is None:
        output.print(f"The documents do not answer this (confidence {answer.confidence:.0%}).")
        if answer.absence:
            output.print(visible(answer.absence.explanation))
        if response.passages:
            output.print("Nearest passages:")
    else:
        if answer.composed:
            output.print(visible(answer.text))
        else:
            for quote in answer.quotes:
                output.print(f"“{visible(quote.text)}” [{quote.citation}]")
        output.print(f"confidence {answer.confidence:.0%}")
    if answer.notice:
        output.print(visible(answer.notice))
    for passage in response.passages:
        output.print()
        _print_passage(passage)
        if explain:
            _print_scores(passage.scores)


def _print_passage(passage: CitedPassage) -> None:
    scores = passage.scores
    output.print(
        f"[{passage.rank}] {passage.document.path!r}, characters {passage.start} to {passage.end}, "
        f"score {passage.score:.0%} (dense {scores.dense:.2f}, lexical {scores.lexical:.2f})"
    )
    text = Text(visible(passage.text))
    for span in passage.highlights:
        text.stylize("bold reverse", span.start - passage.start, span.end - passage.start)
    output.print(text)


_MEANINGS = {
    "dense": "likeness of the passage",
    "window": "likeness of its closest sentence",
    "joint": "likeness and words in one sentence",
    "lexical": "shared words, BM25",
    "related": "related words, share",
    "pairs": "words that stand together",
    "feedback": "likeness to the best passages",
    "near_dense": "likeness of the surroundings",
    "near_lexical": "BM25 of the surroundings",
    "best_window": "best sentence among all",
}


def _print_scores(scores: Scores) -> None:
    """Value, rank and what it adds, for each value that ranks the passage."""
    if BESIDE in scores.parts:
        told = f"    {'nearness to what was cited before':<36}"
        output.print(f"{told}{'':<21}adds {scores.parts[BESIDE]:.4f}")
    for name, meaning in _MEANINGS.items():
        place = getattr(scores, f"{name}_rank", None)
        rank = f"rank {place}" if place else ""
        value, part = getattr(scores, name), scores.parts[name]
        output.print(f"    {meaning:<36}{value:9.4f}  {rank:<10} adds {part:.4f}")
    if scores.reranker is not None:
        output.print(f"    {'cross-encoder':<36}{scores.reranker:9.4f}")
    output.print(f"    {'all together':<36}{scores.fused:9.4f}")
    output.print(f"    {'shared words, share':<36}{scores.coverage:9.4f}")
