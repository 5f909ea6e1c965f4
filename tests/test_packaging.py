"""The files around the packages: pins, image, make targets, licence, and what they may name."""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME: list[str] = PROJECT["dependencies"]
DEV: list[str] = PROJECT["optional-dependencies"]["dev"]
TARGETS = ["install", "run", "test", "check", "fix", "eval", "bench", "bench-quality", "lock"]
TARGETS += ["clean", "help"]
# The text of the Apache License 2.0 as its foundation publishes it, appendix included.
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
# In parts, so that this file does not hold what it looks for.
LOCAL_PATHS = ["/opt/" + "wheels", "/opt/" + "pypi", "/work/" + "(main|shared)", r"\." + "library/"]
HOSTS = [
    "pypi" + r"\.org",
    "python" + r"hosted\.",
    "pytorch" + r"\.org/whl",
    "npmjs" + r"\.(org|com)",
]
HOSTS += ["debian" + r"\.org", "anaconda" + r"\.(org|com)"]


def _pins() -> list[Requirement]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def _pinned_here() -> dict[str, str]:
    """Pinned version by normalised name, of the pins that hold on this system."""
    here = [pin for pin in _pins() if pin.marker is None or pin.marker.evaluate()]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in here}


def _needed(requirements: list[str], seen: set[str]) -> set[str]:
    """The normalised names of the requirements and of all that they bring along here."""
    for requirement in map(Requirement, requirements):
        name = canonicalize_name(requirement.name)
        holds = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if holds and name not in seen:
            seen.add(name)
            _needed(metadata.requires(name) or [], seen)
    return seen


def test_every_pin_is_exact() -> None:
    for pin in _pins():
        assert [spec.operator for spec in pin.specifier] == ["=="], pin
        assert "*" not in str(pin.specifier), pin


@pytest.mark.parametrize("line", RUNTIME + DEV)
def test_a_dependency_is_pinned_within_its_range(line: str) -> None:
    dependency = Requirement(line)
    version = _pinned_here().get(canonicalize_name(dependency.name))
    assert version is not None, f"{dependency.name} has no pin; run make lock"
    assert dependency.specifier.contains(version), f"{version} is out of {line}; run make lock"


def test_what_is_optional_is_tested() -> None:
    optional = PROJECT["optional-dependencies"]
    assert set(optional) == {"dev", "otel"}
    assert set(optional["otel"]) <= set(DEV)


def test_what_dependencies_bring_along_is_pinned_too() -> None:
    assert _needed(RUNTIME + DEV, set()) - set(_pinned_here()) == set()


def _imported(file: Path) -> set[str]:
    """The top-level names that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_what_is_imported_is_installed_without_the_development_tools() -> None:
    providers = metadata.packages_distributions()
    installed = _needed(RUNTIME, set())
    files = [ROOT / "citewell.py"]
    for package in ("index", "service", "eval"):
        files += (ROOT / package).rglob("*.py")
    imported = set().union(*map(_imported, files)) - sys.stdlib_module_names
    foreign = {name for name in imported if name in providers}
    assert {"bm25s", "numpy", "faiss"} <= foreign
    lacking = {
        name
        for name in foreign - {"citewell", "index", "service", "eval"}
        if not {canonicalize_name(each) for each in providers[name]} & installed
    }
    assert lacking == set()


def test_nothing_of_cuda_is_pinned() -> None:
    foreign = re.compile(r"nvidia|cuda|triton|cupy|-gpu")
    assert [pin.name for pin in _pins() if foreign.search(canonicalize_name(pin.name))] == []


def test_on_linux_only_the_cpu_build_of_torch_fits() -> None:
    pins = [pin for pin in _pins() if pin.name == "torch" and pin.marker is not None]
    fitting = [p for p in pins if p.marker and p.marker.evaluate({"sys_platform": "linux"})]
    assert len(pins) == 2
    assert [str(pin.specifier).endswith("+cpu") for pin in fitting] == [True]


def test_the_licence_is_the_unmodified_apache_2() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2
    assert PROJECT["license"] == "Apache-2.0"


def _own_files() -> list[str]:
    """The files that are or would be committed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so what belongs to it is not known")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_path_of_one_machine_or_a_registry() -> None:
    forbidden = re.compile("|".join(LOCAL_PATHS + HOSTS), re.IGNORECASE)
    found = {
        name: match.group()
        for name in _own_files()
        if (match := forbidden.search((ROOT / name).read_bytes().decode("utf-8", "replace")))
    }
    assert found == {}


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target(target: str) -> None:
    # Apart from a make that runs these tests, whose flags are in its environment.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", target]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def test_make_help_names_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert set(TARGETS) <= {line.split()[1] for line in done.stdout.splitlines() if " " in line}


def test_the_ci_script_is_executable_bash() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").startswith("#!/usr/bin/env bash\n")
    subprocess.run([shutil.which("bash") or "bash", "-n", str(script)], check=True)


def _instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, rest of the line), continued lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [
        (word.upper(), rest.strip()) for word, _, rest in (x.partition(" ") for x in lines) if word
    ]


def _stages() -> list[list[tuple[str, str]]]:
    stages: list[list[tuple[str, str]]] = []
    for word, rest in _instructions():
        if word == "FROM":
            stages.append([])
        if stages:
            stages[-1].append((word, rest))
    return stages


def _copied_from_the_checkout() -> Iterator[str]:
    for word, rest in _instructions():
        if word in {"COPY", "ADD"} and "--from=" not in rest:
            yield from (part.rstrip("/") for part in rest.split()[:-1] if not part.startswith("--"))


def _kept_out_of_the_image(path: str) -> bool:
    """As Docker reads .dockerignore: anchored patterns, parents count, the last match decides."""
    kept_out = False
    parts = PurePosixPath(path)
    paths = [path, *(parent.as_posix() for parent in parts.parents if parent.name)]
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.strip().removeprefix("!").rstrip("/")
        if pattern and not pattern.startswith("#"):
            patterns = [pattern, pattern.removeprefix("**/")]
            if any(fnmatch(each, p) for each in paths for p in patterns):
                kept_out = not line.startswith("!")
    return kept_out


def test_the_image_is_built_in_stages_and_the_last_has_no_installer() -> None:
    *_, last = stages = _stages()
    assert len(stages) == 3
    assert [rest for word, rest in last if word == "RUN" and "pip" in rest] == []
    assert any(word == "COPY" and "--from=pruned" in rest for word, rest in last)


def test_every_installation_in_the_image_obeys_the_pins() -> None:
    runs = [rest for word, rest in _instructions() if word == "RUN" and "pip install" in rest]
    assert len(runs) == 2
    assert all("-c constraints.txt" in run for run in runs)


def test_the_image_does_not_run_as_root() -> None:
    users = [rest for word, rest in _stages()[-1] if word == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


def test_the_image_serves_offline_and_tells_its_health() -> None:
    last = _stages()[-1]
    words = dict(last)
    command = words["HEALTHCHECK"].partition("CMD ")[2]
    assert json.loads(words["CMD"])[:2] == ["citewell", "serve"]
    assert "/readyz" in json.loads(command)[-1]
    compile(json.loads(command)[-1], "HEALTHCHECK", "exec")
    assert any(word == "ENV" and "HF_HUB_OFFLINE=1" in rest for word, rest in last)
    assert words["EXPOSE"] == "8000"


def test_what_the_image_copies_exists_and_reaches_the_build() -> None:
    sources = list(_copied_from_the_checkout())
    wanted = [f for f in _own_files() if f in sources or f.partition("/")[0] in sources]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [name for name in wanted if _kept_out_of_the_image(name)] == []


@pytest.mark.parametrize("path", [".env", ".git/config", ".citewell/index/CURRENT", "tests/x.py"])
def test_nothing_else_reaches_the_build(path: str) -> None:
    assert _kept_out_of_the_image(path)
