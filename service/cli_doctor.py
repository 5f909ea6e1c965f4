"""The command ``doctor``. In: an index, or the address of a service. Out: findings, exit codes."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from index.console import BAD_NEWS, explained_errors, output
from index.current import DEFAULT_INDEX, exported_models
from index.doctor import Finding, examine
from index.minilm import load_embedder
from index.options import IndexFolder
from index.visible import visible
from service.errors import ClientInvalid
from service.keys.given import given_key


def doctor(
    index: IndexFolder = DEFAULT_INDEX,
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Look at this running service, not at an index."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key-file", help="File with the API key that goes with --url."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check an index: files, texts, rows, terms and vectors.

    With --url, look at a running service as any caller does: whether it is ready, what the
    key may do, whether an answer comes and its citations are found again. Exit status 1 when
    anything is wrong.
    """
    with explained_errors():
        findings = _of_service(url, key) if url else _of_index(index, key)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=2))
    else:
        _print(findings, "wrong  " if url else "damaged")
    if any(finding.problem for finding in findings):
        raise typer.Exit(BAD_NEWS)


def _of_service(url: str, key: Path | None) -> list[Finding]:
    from service.outside import examine_service  # noqa: PLC0415 - httpx, for this alone

    return examine_service(url, None if key is None else given_key(key))


def _of_index(index: Path, key: Path | None) -> list[Finding]:
    if key is not None:
        raise ClientInvalid("a key is for a service; give --url with --key-file")
    return examine(index, lambda name: load_embedder(name, exported_models(index)))


def _print(findings: Sequence[Finding], bad: str) -> None:
    for finding in findings:
        output.print(f"{bad if finding.problem else 'good   '}  {visible(finding.check)}")
        if finding.problem:
            output.print(f"         {visible(finding.problem)}")
