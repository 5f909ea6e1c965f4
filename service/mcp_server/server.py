"""The tools over the protocol. In: tools. Out: a server of the official SDK.

The SDK's low-level server is taken, so that arguments are checked as strictly as everywhere,
and only what is there is offered: tools, no resources and no prompts.
"""

import asyncio
import logging
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool

from index.errors import CitewellError
from service.mcp_server.tools import Tool

INSTRUCTIONS = (
    "Answers from this user's own documents. Use ask for a question; cite what it returns by "
    "path and page, and quote it word for word. When it says that the documents do not answer, "
    "say so. read_document and read_citation show the surroundings."
)
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_Context = ServerRequestContext[dict[str, Any]]
logger = logging.getLogger(__name__)


def make_server(tools: Sequence[Tool]) -> Server[dict[str, Any]]:
    """The server that offers the tools; each call runs in a thread of its own."""
    named = {tool.name: tool for tool in tools}

    async def listed(_context: _Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_listed(tool) for tool in tools])

    async def called(_context: _Context, params: CallToolRequestParams) -> CallToolResult:
        tool = named.get(params.name)
        if tool is None:
            known = ", ".join(named)
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name[:80]!r}; try {known}")
        return await asyncio.to_thread(_called, tool, params.arguments or {})

    return Server(
        "citewell",
        version=version("citewell"),
        title="citewell",
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


def _listed(tool: Tool) -> ListedTool:
    return ListedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.takes,
        output_schema=tool.gives,
        annotations=_READS,
    )


def _called(tool: Tool, arguments: dict[str, Any]) -> CallToolResult:
    try:
        done = tool.call(arguments)
    except CitewellError as error:
        return _failed(str(error))
    except Exception:
        logger.exception("the tool %s failed", tool.name)
        return _failed("an unexpected error was logged; try again")
    return CallToolResult(content=[_text(done.text)], structured_content=done.structured)


def _failed(sentence: str) -> CallToolResult:
    return CallToolResult(content=[_text(sentence)], is_error=True)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)
