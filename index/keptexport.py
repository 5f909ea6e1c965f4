"""Exported models, kept for the next index. In: a model's folder. Out: the key of its export."""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.exported import FACTS, GRAPH, TOKENIZER, WEIGHTS
from index.files import file_facts, files_below
from index.keptfiles import KeptFiles

EXPORTS = KeptFiles("exported", (GRAPH, WEIGHTS, TOKENIZER, FACTS), most=4)  # of 90 MB
_MADE_BY = ("exporting.py", "exported.py", "onnxgraph.py")
_PACKAGES = ("onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")


def export_key(model: Path, form: str = "") -> str:
    """A name that changes with a model's files, the form it is exported in, the code that exports,
    and what that runs on."""
    made_of = [f"{name} {facts.sha256}" for name, facts in files_below(model).items()]
    made_by = [file_facts(Path(__file__).with_name(name)).sha256 for name in _MADE_BY]
    versions = [_version(name) for name in _PACKAGES]
    return hashlib.sha256("\n".join([form, *made_of, *made_by, *versions]).encode()).hexdigest()[
        :32
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # an installation that cannot export
        return "none"
