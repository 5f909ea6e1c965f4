"""The running server. In: Settings, a port or none. Out: a process that serves until it is
stopped: over stdin and stdout, or over HTTP on this machine's own address.
"""

import asyncio
import logging
import socket
from typing import Any

import uvicorn
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

from service.errors import AddressInUse
from service.live import LiveEngine
from service.mcp_server.server import make_server
from service.mcp_server.tools import tools_of
from service.settings import Settings

# There are no keys here: whoever reaches the port can read the documents.
HOST = "127.0.0.1"
_BACKLOG = 128
logger = logging.getLogger(__name__)


def serve_stdio(settings: Settings) -> None:
    """Serve the one client at stdin and stdout until it closes them.

    Raises what opening the index raises, before anything is read.
    """
    asyncio.run(_serve_stdio(make_server(tools_of(LiveEngine(settings)))))


async def _serve_stdio(server: Server[dict[str, Any]]) -> None:
    async with stdio_server() as (read, write):
        logger.info("answering MCP on stdin and stdout")
        await server.run(read, write, server.create_initialization_options())


def serve_http(settings: Settings, port: int) -> None:
    """Serve streamable HTTP at /mcp until interrupted; port 0 picks one.

    Requests under other names than this machine's, or by pages of other sites, are refused.
    Raises ``AddressInUse``, or what opening the index raises, before anything listens.
    """
    with _listen(port) as listener:
        server = make_server(tools_of(LiveEngine(settings)))
        # Nothing is kept between requests, so that no session is lost or piles up.
        app = server.streamable_http_app(host=HOST, stateless_http=True, json_response=True)
        listener.listen(_BACKLOG)
        logger.info("answering MCP on http://%s:%s/mcp", *listener.getsockname())
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")
        uvicorn.Server(config).run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    # Bound before the model is loaded, and its protocol named, as in service/web/server.py.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise AddressInUse(
            f"cannot listen on {HOST}:{port} ({error.strerror}); choose another with --port"
        ) from error
    return listener
