"""matplotlib, imported so that it leaves nothing behind. In: nothing. Out: what it draws with.

It keeps a list of the fonts of the machine in a folder of the user's home as soon as it is
imported; a fresh list takes a third of a second, and nothing here should need a home.
"""

import os
from tempfile import TemporaryDirectory

_FOLDER = "MPLCONFIGDIR"

with TemporaryDirectory() as _folder:
    _stated = os.environ.get(_FOLDER)
    os.environ[_FOLDER] = _stated or _folder
    try:
        from matplotlib import rc_context, style
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure
    finally:
        if _stated is None:
            del os.environ[_FOLDER]

__all__ = ["Axes", "Figure", "rc_context", "style"]
