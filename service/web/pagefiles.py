"""The files of the page. In: their paths. Out: answers that bear a tag of their content.

Starlette's tag is made of a file's time and size, which a new version may share with the old.
"""

import os
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.web.conditional import content_tag

PAGE = Path(__file__).parent / "page"


class PageFile(FileResponse):
    """A file with its tag, so that HEAD tells it too."""

    def __init__(self, path: str | os.PathLike[str], status_code: int = 200) -> None:
        tag = content_tag(Path(path).read_bytes())
        super().__init__(path, status_code, headers={"ETag": tag}, stat_result=Path(path).stat())


class PageFiles(StaticFiles):
    """A folder of such files; ``service.web.conditional`` judges conditions on them."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """One of them."""
        return PageFile(full_path, status_code)
