"""Function words of languages. In: nothing. Out: bm25s's lists.

Taken from the file alone: importing the package loads SciPy, which takes a quarter of a second
and 40 MB that a service has no other use for.
"""

from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bm25s import stopwords

__all__ = ["stopwords"]


def _lists() -> ModuleType:
    package = find_spec("bm25s")
    assert package is not None and package.origin is not None  # it is a dependency
    spec = spec_from_file_location(
        "bm25s_stopwords", Path(package.origin).with_name("stopwords.py")
    )
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if not TYPE_CHECKING:
    stopwords = _lists()
