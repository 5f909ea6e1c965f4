"""The rules of the code base that no single module can show, checked by machine."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("index", "service", "eval")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
MOST_LINES, MOST_FUNCTION_LINES = 250, 40
BROAD = {"Exception", "BaseException"}


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), _name(file))


def _imported(tree: ast.Module) -> Iterator[str]:
    """The full name of every imported module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_imports_point_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


def test_there_are_modules_to_check() -> None:
    assert {file.relative_to(ROOT).parts[0] for file in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_a_module_does_not_import_the_command_line(file: Path) -> None:
    assert "citewell" not in {name.split(".", 1)[0] for name in _imported(_tree(file))}


def test_the_console_command_only_joins_the_commands() -> None:
    imported = set(_imported(_tree(ROOT / "citewell.py"))) - set(sys.stdlib_module_names)
    assert imported == {"typer", "index.cli", "service.cli", "eval.cli"}


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_a_module_can_be_read_in_one_go(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_a_function_fits_a_screen(file: Path) -> None:
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    too_long = {name: lines for name, lines in lengths.items() if lines > MOST_FUNCTION_LINES}
    assert too_long == {}


@pytest.mark.parametrize("file", [*MODULES, ROOT / "citewell.py"], ids=_name)
def test_a_module_opens_with_what_it_is(file: Path) -> None:
    assert ast.get_docstring(_tree(file))


@pytest.mark.parametrize("file", [f for f in MODULES if f.name != "__init__.py"], ids=_name)
def test_a_module_says_what_goes_in_and_comes_out(file: Path) -> None:
    opening = ast.get_docstring(_tree(file)) or ""
    assert "In:" in opening
    assert "Out:" in opening


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "util.py", "common.py", "helpers.py", "misc.py"}
    assert [_name(file) for file in MODULES if file.name in drawers] == []


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_broad, kind.elts))
    return kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD)


def _swallows(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches anything and does nothing."""
    silent = all(
        isinstance(node, ast.Pass | ast.Continue)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in handler.body
    )
    return silent and _is_broad(handler.type)


def _swallowing(tree: ast.Module) -> list[int]:
    handlers = (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
    return [handler.lineno for handler in handlers if _swallows(handler)]


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_no_error_is_swallowed(file: Path) -> None:
    assert _swallowing(_tree(file)) == []


@pytest.mark.parametrize("kind", ["", " Exception", " BaseException", " (OSError, Exception)"])
@pytest.mark.parametrize("body", ["pass", "continue", "..."])
def test_a_swallowed_error_would_be_seen(kind: str, body: str) -> None:
    code = f"for x in y:\n    try:\n        x()\n    except{kind}:\n        {body}\n"
    assert _swallowing(ast.parse(code)) == [4]


def test_an_expected_error_may_be_passed_over() -> None:
    assert _swallowing(ast.parse("try:\n    x()\nexcept KeyError:\n    pass\n")) == []
