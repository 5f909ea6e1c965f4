"""The route of the evaluation report. In: a run's folder. Out: its report.html, and no other file.

The report shows what documents say and has a script of its own. It is served with the policy it
states itself, which has to name each style and script by its digest, and as a sandboxed page: it
is of no origin, and can ask this service nothing.
"""

import html
import re
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from service.errors import ReportMissing
from service.live import LiveEngine

PATH = "/report"
FILE = "report.html"
_MOST_BYTES = 64 * 2**20
_STATED = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_SOURCE = re.compile("'none'|'sha256-[A-Za-z0-9+/]{43}='")
_DIRECTIVES = {"default-src", "style-src", "script-src", "base-uri", "form-action"}
_ALWAYS = "frame-ancestors 'none'; sandbox allow-scripts"


def add_report_route(app: FastAPI, live: LiveEngine) -> None:
    """The report of the run that the settings name is shown."""

    @app.get(PATH, include_in_schema=False)
    def report() -> HTMLResponse:
        text = read_report(live.settings.report)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy_of(text)})


def has_report(run: Path | None) -> bool:
    """Whether there is a report to link to."""
    return run is not None and (run / FILE).is_file()


def read_report(run: Path | None) -> str:
    """The report of a run; raises ``ReportMissing`` when there is none."""
    try:
        if run is None or (run / FILE).stat().st_size > _MOST_BYTES:
            raise ReportMissing(
                "no evaluation report is shown here; start the service with CITEWELL_REPORT set "
                "to the folder of a run of `citewell eval`"
            )
        return (run / FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReportMissing(
            "the folder that CITEWELL_REPORT names holds no report.html that can be read; "
            "`citewell eval report` writes it"
        ) from error


def policy_of(text: str) -> str:
    """The content policy that a report states, and that it is alone in its sandbox.

    Raises ``ReportMissing`` for a file that states none, or one that allows more than what it
    names by digest.
    """
    stated = _STATED.search(text.partition("</head>")[0])
    policy = html.unescape(stated[1]) if stated else ""
    parts = [part.split() for part in policy.split(";")]
    strict = all(
        part and part[0] in _DIRECTIVES and all(map(_SOURCE.fullmatch, part[1:])) for part in parts
    )
    if not strict or ["default-src", "'none'"] not in parts:
        raise ReportMissing(
            "the report.html that CITEWELL_REPORT leads to is none that `citewell eval` wrote, or "
            "an older version's; write it anew with `citewell eval report`"
        )
    return f"{policy}; {_ALWAYS}"
