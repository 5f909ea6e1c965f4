"""Commands that measure beside others or by size: ``bench``, ``scale``, ``growth``, ``quality``.

In: an index, collections. Out: tables.
"""

from pathlib import Path
from typing import Annotated

import typer

from eval.bench.goals import choose
from eval.bench.growth import COLLECTION, SIZES, growth_lines, measure_growth, told_at_once
from eval.errors import OutputExists
from eval.questions.collection import read_collection
from eval.questions.question import read_questions
from index.console import explained_errors, messages, output, progress
from index.minilm import DEFAULT_MODEL, load_embedder
from service.cli import Folder
from service.engine import open_engine
from service.settings import read_settings

SEED_QUESTIONS = Path("seeds/questions.jsonl")
QUALITY = Path(".citewell/quality")
SCALE = Path(".citewell/scale")


def bench(
    questions: Annotated[Path, typer.Argument(help="Questions to time.")] = SEED_QUESTIONS,
    index: Folder = None,
    collections: Annotated[
        Path | None, typer.Option(help="Folder of benchmark collections, for published figures.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="File for the figures.")] = None,
    plot: Annotated[Path | None, typer.Option(help="File for a plot, .svg or .png.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer rounds: a minute or two.")] = False,
) -> None:
    """Time questions, indexing and a server beside a plain baseline and the model's arithmetic;
    check retrieval against published figures."""
    # Imported here: the baseline loads PyTorch at once, which `citewell --help` should not.
    from eval.bench.beside import baseline_of  # noqa: PLC0415
    from eval.bench.fast import measure_fast  # noqa: PLC0415
    from eval.bench.fast_report import draw_fast, fast_json, fast_table, steps_table  # noqa: PLC0415
    from eval.bench.speed import bench_published, bench_speed  # noqa: PLC0415

    with explained_errors():
        asked = [question.question for question in read_questions(questions)]
        engine = open_engine(read_settings(index=index))
        plain = baseline_of(engine)
        figures, steps = measure_fast(engine, plain, asked, quick=quick)
        output.print(f"{fast_table(figures)}\n\n{steps_table(steps)}")
        if json_file:
            json_file.write_text(fast_json(figures, steps), "utf-8")
        if plot:
            draw_fast(figures, plot)
        output.print(f"\n{bench_speed(engine, plain, asked, 1 if quick else 5)}")
        if collections is None:
            messages.print("published figures not checked: name a folder with --collections")
            return
        for line in bench_published(engine.embedder, collections):
            output.print(line)


def scale(
    collections: Annotated[Path, typer.Option(help="Folder of benchmark collections.")],
    work: Annotated[
        Path, typer.Option(help="New folder for the source and the index, which are kept.")
    ] = SCALE,
) -> None:
    """Time indexing, updating and searching many documents, beside a plain embedding."""
    from eval.bench.scale import bench_scale  # noqa: PLC0415 - PyTorch, as above

    with explained_errors():
        if work.exists():
            raise OutputExists(f"{work} exists; remove it, or name another folder with --work")
        for line in bench_scale(
            collections, work, lambda root: open_engine(read_settings(index=root))
        ):
            output.print(line)


def growth(
    collections: Annotated[Path, typer.Option(help="Folder of benchmark collections.")],
    sizes: Annotated[
        list[int] | None,
        typer.Option("--size", min=1, help="So many passages; may be repeated. 1000 to 300000."),
    ] = None,
) -> None:
    """Time a service of ever more passages: questions, start, memory (about 40 minutes)."""
    with explained_errors():
        collection = read_collection(collections / COLLECTION)
        settings = read_settings()
        embedder, found = load_embedder(settings.model or DEFAULT_MODEL), []
        with progress() as bar:
            for size in measure_growth(collection, embedder, sorted(sizes or SIZES), bar):
                found.append(size)
                messages.print(told_at_once(size))  # a run that is stopped has told what it knew
        for line in growth_lines(found):
            output.print(line)


def quality(
    collections: Annotated[
        Path | None, typer.Option(help="Folder of benchmark collections; only the seed without.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this collection; may be repeated.")
    ] = None,
    work: Annotated[Path, typer.Option(help="Folder for the indexes, which are kept.")] = QUALITY,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="File for every value, to compare with later.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="File of an earlier --json, to compare with now.")
    ] = None,
) -> None:
    """Measure citewell beside plain dense, BM25 and RRF on benchmark collections."""
    from eval.bench import quality as compared  # noqa: PLC0415 - SciPy, as above

    with explained_errors():
        names, missing = choose(only or [], collections, SEED_QUESTIONS.parent)
        for name in missing:
            messages.print(
                f"{name} skipped: it is not in {collections or 'a folder given by --collections'}"
            )
        before = compared.read_run(baseline) if baseline else None
        settings = read_settings()
        embedder = load_embedder(settings.model or DEFAULT_MODEL)
        with progress() as bar:
            bench = compared.Workbench(
                collections, SEED_QUESTIONS.parent, work, embedder, settings, bar
            )
            rows = [row for name in names for row in compared.measure_collection(name, bench)]
        for line in compared.table(rows, before):
            output.print(line)
        if json_file:
            json_file.write_text(compared.as_run(rows, settings).model_dump_json(), "utf-8")
