"""The evaluation report: the run's own page, by its own strict policy, and nothing else."""

import html
from pathlib import Path
from typing import Any

import pytest

from service.keys.keyfile import add_key
from tests.service.gate.conftest import *  # noqa: F403 - its fixtures
from tests.service.gate.conftest import Serve

META = '<meta http-equiv="Content-Security-Policy" content="{}">'
STRICT = "default-src 'none'; style-src 'sha256-" + "a" * 43 + "='; base-uri 'none'"


def _run(root: Path, policy: str) -> Path:
    root.mkdir(exist_ok=True)
    stated = META.format(html.escape(policy))
    (root / "report.html").write_text(f"<html><head>{stated}</head><body>Ä</body></html>", "utf-8")
    (root / "records.jsonl").write_text("{}")
    return root


def test_the_report_is_served_by_its_own_policy_in_a_sandbox(serve: Serve, tmp_path: Path) -> None:
    run = _run(tmp_path / "run", STRICT)
    reply = serve(report=run).get("/report")
    assert (reply.status_code, reply.content) == (200, (run / "report.html").read_bytes())
    assert reply.headers.get_list("content-security-policy") == [
        f"{STRICT}; frame-ancestors 'none'; sandbox allow-scripts"
    ]
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "default-src 'self'",
        "style-src 'sha256-" + "a" * 43 + "='",
        "default-src 'none'; script-src 'unsafe-inline'",
        "default-src 'none'; script-src https://evil.example",
        "default-src 'none'; script-src 'sha256-short'",
        "default-src 'none'; connect-src 'none'",
        "default-src 'none';; base-uri 'none'",
        "default-src 'none'\r\nx: y",
    ],
)
def test_what_allows_more_is_not_served(serve: Serve, tmp_path: Path, policy: str) -> None:
    reply = serve(report=_run(tmp_path / "run", policy)).get("/report")
    assert reply.status_code == 404
    assert "citewell eval report" in reply.text
    assert "default-src 'none'; script-src 'self'" in reply.headers["content-security-policy"]


def test_a_policy_in_the_text_is_none(serve: Serve, tmp_path: Path) -> None:
    run = _run(tmp_path / "run", "")
    body = "<html><head></head>" + META.format(html.escape(STRICT))
    (run / "report.html").write_text(body, "utf-8")
    assert serve(report=run).get("/report").status_code == 404


def test_where_there_is_none_what_to_do_is_told(serve: Serve, tmp_path: Path) -> None:
    for settings in ({}, {"report": tmp_path / "nothing"}, {"report": tmp_path}):
        reply = serve(**settings).get("/report")
        assert (reply.status_code, "CITEWELL_REPORT" in reply.text) == (404, True)
        assert str(tmp_path) not in reply.text
        assert serve(**settings).get("/v1/index").json()["report"] is None


def test_nothing_else_of_the_run_is_served(serve: Serve, tmp_path: Path) -> None:
    client = serve(report=_run(tmp_path / "run", STRICT))
    for path in ("/report/records.jsonl", "/report/", "/report/../records.jsonl", "/records.jsonl"):
        assert client.get(path, follow_redirects=False).status_code in {404, 307}


def test_the_index_tells_of_the_report_where_a_link_can_lead_to_it(
    serve: Serve, tmp_path: Path, key_path: Path
) -> None:
    run = _run(tmp_path / "run", STRICT)
    assert serve(report=run).get("/v1/index").json()["report"] == "/report"

    key = add_key(key_path, "reader", "read")
    told: Any = serve(report=run).get("/v1/index", headers={"authorization": f"Bearer {key}"})
    assert told.json()["report"] is None
    assert serve(report=run).get("/report").status_code == 401
