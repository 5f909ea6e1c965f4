"""What docs/operations.md says of problems is what the service has."""

import re
from pathlib import Path

from service.settings import Settings
from tests.conftest import ROOT

TOLD = (ROOT / "docs" / "operations.md").read_text("utf-8")
CODE = "".join(file.read_text("utf-8") for file in Path(ROOT / "service" / "web").rglob("*.py"))


def test_its_problems_are_problems_of_the_service() -> None:
    named = set(re.findall(r"503 `([a-z-]+)`", TOLD)) | set(
        re.findall(r"urn:citewell:problem:([a-z-]+)", TOLD)
    )
    assert {"stopping", "stopped", "index-unusable", "index-busy", "overloaded"} <= named
    assert all(f'"{name}"' in CODE for name in named)


def test_its_settings_are_settings() -> None:
    named = {name.lower() for name in re.findall(r"CITEWELL_([A-Z_]+)", TOLD)}
    assert {"workers", "stop_s"} <= named <= set(Settings.model_fields)


def test_its_defaults_are_the_defaults() -> None:
    stated = re.findall(r"`CITEWELL_([A-Z_]+)` \((\d+)\)", TOLD)
    assert stated == [("STOP_S", "30")]
    assert Settings.model_fields["stop_s"].default == 30
