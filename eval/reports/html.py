"""The report as one page. In: a Summary. Out: HTML that loads nothing and runs only its own
script.

What documents and questions say is escaped by the template; the content security policy names
the style and the script by their digests, so that nothing else could run even if it got in.
"""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from eval.measures.names import PASSAGES_MEASURED, TAG_MEASURES
from eval.measures.summary import Summary
from eval.reports import prose
from eval.reports.entries import WITH_PASSAGES, Entry, entries
from eval.reports.groups import grouped, interval, mean, named
from eval.reports.plots import plots
from eval.reports.rows import Kind, worst_first
from eval.reports.strip import strip
from index.visible import visible

_PAGE = files("eval.reports").joinpath("page")


def page(summary: Summary) -> str:
    """The whole report."""
    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_visible,
    )
    environment.globals |= {"strip": strip, "mean": mean, "interval": interval, "named": named}
    environment.filters["title"] = prose.title
    groups = grouped(summary.headline.figures)
    tuning = grouped(summary.tuning.figures) if summary.tuning else ()
    explained = {figure.anchor: figure for g in (*groups, *tuning) for figure in g.figures}
    style, script = _file("report.css"), _file("report.js")
    return environment.from_string(_file("report.html.j2")).render(
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        summary=summary,
        sentences=tuple(prose.sentences(summary.headline)),
        warnings=tuple(prose.warnings(summary)),
        facts=tuple(prose.facts(summary)),
        settings=prose.settings(summary),
        groups=groups,
        tuning=tuning,
        glossary=tuple(explained.values()),
        tag_measures=TAG_MEASURES,
        plots=plots(summary),
        kinds=tuple(Kind),
        found_within=PASSAGES_MEASURED,
        with_passages=WITH_PASSAGES,
        **_questions(summary),
    )


def _questions(summary: Summary) -> dict[str, Sequence[Entry] | Sequence[str]]:
    judged = (*summary.headline.judged, *(summary.tuning.judged if summary.tuning else ()))
    tags = sorted({tag for each in judged for tag in each.record.question.tags})
    return {"entries": tuple(entries(worst_first(judged), tags)), "tags": tags}


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    """The source expression of the policy that allows exactly this content."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _visible(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def _file(name: str) -> str:
    return _PAGE.joinpath(name).read_text("utf-8")
