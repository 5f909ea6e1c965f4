"""The routes of documents. In: a LiveEngine, an Editor. Out: lists, texts, receipts over HTTP.

Changes are made by one thread, in the order they have come in, so that however many wait,
questions find a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi import Response as HttpResponse

from service.editor import Editor
from service.errors import DocumentMissing, DocumentRefused, Refusal
from service.live import LiveEngine
from service.web.editing import check_editing
from service.web.listing import PATH, add_listing_route
from service.web.metrics import Metrics
from service.web.problems import described_problems
from service.web.ranges import add_range_route
from service.web.schema import DocumentItem, DocumentText, Removal, Restoration, UploadReceipt
from service.web.upload import MEGABYTE, REQUEST_BODY, Upload, read_upload, upload_folder

_ONE = f"{PATH}/{{document_id}}"
_Check = Callable[[Request], Awaitable[None]]
_Result = TypeVar("_Result")


def add_document_routes(app: FastAPI, live: LiveEngine, editor: Editor, metrics: Metrics) -> None:
    """Documents are listed, read, added and removed."""
    add_listing_route(app, live)
    _add_reading(app, live)
    add_range_route(app, live)
    alone = _Alone()

    async def may_edit(request: Request) -> None:
        check_editing(live.settings, request.state.key)

    _add_upload(app, live, editor, metrics, alone, may_edit)
    _add_removal(app, editor, metrics, alone, may_edit)


class _Alone:
    """One thread of its own for changes."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="editor")

    async def run(self, change: Callable[[], _Result]) -> _Result:
        """What a change gives, when its turn has come and it is done."""
        inherited = copy_context().run  # which this thread, unlike asyncio's, does not by itself
        return await asyncio.get_running_loop().run_in_executor(self._thread, inherited, change)


def _add_reading(app: FastAPI, live: LiveEngine) -> None:
    @app.get(_ONE, responses=described_problems(404, 422, 503), tags=["documents"])
    def document(document_id: str) -> DocumentText:
        """One document with the text that all offsets refer to, its pages and headings."""
        engine = live.engine()
        facts = engine.index.texts.facts(document_id)
        found = engine.index.texts.document(document_id)
        if facts is None or found is None:
            raise DocumentMissing.of(document_id)
        return DocumentText.whole(facts, found, engine.ref)


def _add_upload(
    app: FastAPI,
    live: LiveEngine,
    editor: Editor,
    metrics: Metrics,
    alone: _Alone,
    may_edit: _Check,
) -> None:
    async def uploaded(request: Request, folder: Annotated[Path, Depends(upload_folder)]) -> Upload:
        return await read_upload(request, folder, live.settings.upload_mb * MEGABYTE)

    @app.post(
        PATH,
        status_code=201,
        responses={
            **described_problems(400, 403, 413, 415, 422, 503),
            200: {"model": UploadReceipt, "description": "All of it was there already"},
        },
        openapi_extra={"requestBody": REQUEST_BODY},
        dependencies=[Depends(may_edit)],
        tags=["documents"],
    )
    async def add(
        upload: Annotated[Upload, Depends(uploaded)], response: HttpResponse
    ) -> UploadReceipt:
        """Add files as documents, or replace those of their paths; questions find them at once."""
        done = await alone.run(partial(editor.add, upload.files))
        unread = [Refusal(upload.field, path, why) for path, why in done.refused.items()]
        refused = [*upload.refused, *unread]
        if len(unread) == len(upload.files):
            raise DocumentRefused(refused)
        if not (done.added or done.changed):
            response.status_code = 200
        metrics.changed(added=len(done.added), changed=len(done.changed))
        return UploadReceipt.of(done, refused)


def _add_removal(
    app: FastAPI, editor: Editor, metrics: Metrics, alone: _Alone, may_edit: _Check
) -> None:
    @app.delete(
        _ONE,
        responses=described_problems(403, 404, 422, 503),
        dependencies=[Depends(may_edit)],
        tags=["documents"],
    )
    async def remove(document_id: str, erase: bool = False) -> Removal:
        """Remove a document; ``erase`` removes the earlier generations, which hold it, too."""
        done = await alone.run(partial(editor.remove, document_id, erase=erase))
        metrics.changed(removed=len(done.removed))
        return Removal(index=done.index, removed=list(done.removed), erased=done.erased)

    @app.post(
        f"{_ONE}/restore",
        responses=described_problems(403, 404, 409, 422, 503),
        dependencies=[Depends(may_edit)],
        tags=["documents"],
    )
    async def restore(document_id: str) -> Restoration:
        """Bring back a removed document, for as long as an earlier generation holds it."""
        done = await alone.run(partial(editor.restore, document_id))
        metrics.changed(added=1)
        return Restoration(index=done.index, document=DocumentItem.of(done.document))
