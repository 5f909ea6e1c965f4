"""The rules of the code base that no single module can show, checked by machine."""

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("index", "service", "eval")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
MOST_LINES, MOST_FUNCTION_LINES = 250, 40
BROAD = {"Exception", "BaseException"}


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@functools.cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def _against(rule: Callable[[Path], object], files: list[Path]) -> dict[str, object]:
    """What each file has against a rule, of those that have something. One test asks it of every
    file: a test for each would be thousands, and their bookkeeping longer than the reading.
    """
    found = {_name(file): rule(file) for file in files}
    return {name: fault for name, fault in found.items() if fault}


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


def _imports_of_the_command(file: Path) -> set[str]:
    return {name for name in _imported(_tree(file)) if name.split(".", 1)[0] == "citewell"}


def test_a_module_does_not_import_the_command_line() -> None:
    assert _against(_imports_of_the_command, MODULES) == {}


def test_the_console_command_only_joins_the_commands() -> None:
    imported = set(_imported(_tree(ROOT / "citewell.py"))) - set(sys.stdlib_module_names)
    others = {name for name in imported if name.split(".")[0] != "typer"}
    assert others == {"index.cli", "service.cli", "eval.cli"}


def _lines_too_many(file: Path) -> int:
    return max(0, len(file.read_text("utf-8").splitlines()) - MOST_LINES)


def test_a_module_can_be_read_in_one_go() -> None:
    assert _against(_lines_too_many, MODULES) == {}


def _long_functions(file: Path) -> dict[str, int]:
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return {name: lines for name, lines in lengths.items() if lines > MOST_FUNCTION_LINES}


def test_a_function_fits_a_screen() -> None:
    assert _against(_long_functions, MODULES) == {}


def _says_nothing(file: Path) -> bool:
    return not ast.get_docstring(_tree(file))


def test_a_module_opens_with_what_it_is() -> None:
    assert _against(_says_nothing, [*MODULES, ROOT / "citewell.py"]) == {}


def _leaves_out(file: Path) -> list[str]:
    opening = ast.get_docstring(_tree(file)) or ""
    return [word for word in ("In:", "Out:") if word not in opening]


def test_a_module_says_what_goes_in_and_comes_out() -> None:
    modules = [file for file in MODULES if file.name != "__init__.py"]
    assert _against(_leaves_out, modules) == {}


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


def test_no_error_is_swallowed() -> None:
    assert _against(lambda file: _swallowing(_tree(file)), MODULES) == {}


def test_a_fault_is_told_with_its_file() -> None:
    file = ROOT / "service" / "cli.py"
    assert _against(lambda _: [4], [file]) == {"service/cli.py": [4]}


def test_a_module_against_the_rules_would_be_seen(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("import citewell.cli\n\ndef f():\n" + "    x()\n" * 248, "utf-8")
    assert _lines_too_many(long) == 1
    assert _long_functions(long) == {"f": 249}
    assert _says_nothing(long)
    assert _leaves_out(long) == ["In:", "Out:"]
    assert _imports_of_the_command(long) == {"citewell.cli"}


@pytest.mark.parametrize("kind", ["", " Exception", " BaseException", " (OSError, Exception)"])
@pytest.mark.parametrize("body", ["pass", "continue", "..."])
def test_a_swallowed_error_would_be_seen(kind: str, body: str) -> None:
    code = f"for x in y:\n    try:\n        x()\n    except{kind}:\n        {body}\n"
    assert _swallowing(ast.parse(code)) == [4]


def test_an_expected_error_may_be_passed_over() -> None:
    assert _swallowing(ast.parse("try:\n    x()\nexcept KeyError:\n    pass\n")) == []
