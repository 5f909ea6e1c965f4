"""The protocol by the official SDK's client: in this process, over stdio and over HTTP."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent

from service.engine import Engine
from service.errors import DocumentMissing
from service.mcp_server.server import make_server
from service.mcp_server.tools import Done, Tool
from tests.conftest import CITEWELL, ROOT, SEED

QUESTION = "Did the Soviets want a warm water port?"
NAMES = ["ask", "retrieve", "list_documents", "read_document", "read_citation"]
MODES: list[Literal["auto", "legacy"]] = ["auto", "legacy"]


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def _tool(call: Callable[[dict[str, Any]], Done]) -> Tool:
    schema: dict[str, Any] = {"type": "object"}
    return Tool("one", "One", "It is one.", schema, schema, call)


def _one(call: Callable[[dict[str, Any]], Done]) -> CallToolResult:
    async def run() -> CallToolResult:
        async with Client(make_server([_tool(call)])) as client:
            return await client.call_tool("one", {"a": 1})

    return asyncio.run(run())


def test_a_record_is_given_as_values_and_as_text() -> None:
    result = _one(lambda given: Done({"given": given}, "It is given."))
    assert (result.is_error, _text(result)) == (False, "It is given.")
    assert result.structured_content == {"given": {"a": 1}}


def test_an_error_is_its_sentence() -> None:
    def fail(_given: dict[str, Any]) -> Done:
        raise DocumentMissing("there is none; list them")

    result = _one(fail)
    assert (result.is_error, _text(result)) == (True, "there is none; list them")


def test_an_unexpected_error_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_given: dict[str, Any]) -> Done:
        raise ZeroDivisionError("secret")

    result = _one(fail)
    told = "an unexpected error was logged; try again"
    assert (result.is_error, _text(result)) == (True, told)
    assert "ZeroDivisionError: secret" in caplog.text


def test_an_unknown_tool_is_an_error_of_the_protocol() -> None:
    async def run() -> None:
        async with Client(make_server([_tool(lambda _: Done({}, ""))])) as client:
            with pytest.raises(MCPError, match="there is no tool 'two'; try one"):
                await client.call_tool("two", {})

    asyncio.run(run())


def test_calls_do_not_wait_for_one_another() -> None:
    gate = threading.Barrier(4, timeout=30)

    def meet(_given: dict[str, Any]) -> Done:
        gate.wait()
        return Done({}, "met")

    async def run() -> list[str]:
        async with Client(make_server([_tool(meet)])) as client:
            calls = (client.call_tool("one", {}) for _ in range(4))
            return [_text(result) for result in await asyncio.gather(*calls)]

    assert asyncio.run(run()) == ["met"] * 4


def _environment() -> dict[str, str]:
    return dict(os.environ)


def _stdio(index: Path) -> StdioServerParameters:
    arguments = ["mcp", "--index", str(index)]
    return StdioServerParameters(command=str(CITEWELL), args=arguments, env=_environment())


@pytest.fixture(scope="module")
def http_url(seed_index: Path) -> Iterator[str]:
    """The address of ``citewell mcp --http`` as a process of its own."""
    command = [str(CITEWELL), "mcp", "--http", "--port", "0", "--index", str(seed_index)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        found = (re.search(r"answering MCP on (http://\S+)", line) for line in process.stderr)
        yield next(match[1] for match in found if match)
        process.terminate()
        printed, _ = process.communicate(timeout=20)
        assert printed == ""


async def _all_tools(client: Client, engine: Engine) -> None:
    """Every tool gives what the engine of this process does; the client checks the schemas."""
    tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == NAMES
    assert all(tool.output_schema and tool.annotations for tool in tools)
    asked = await client.call_tool("ask", {"question": QUESTION})
    expected = engine.ask(QUESTION)
    assert asked.structured_content["id"] == expected.id
    assert asked.structured_content["answer"] == expected.answer.text
    assert "warm water port baltic" in _text(asked)
    found = await client.call_tool("retrieve", {"question": QUESTION, "top_k": 2})
    passages = found.structured_content["passages"]
    assert [each["citation"] for each in passages] == [p.id for p in expected.passages[:2]]
    listed = await client.call_tool("list_documents")
    (document,) = listed.structured_content["documents"]
    read = await client.call_tool(
        "read_document", {"document": document["document"], "offset": 100, "length": 50}
    )
    assert read.structured_content["text"] == SEED.read_text("utf-8")[100:150]
    cited = await client.call_tool("read_citation", {"citation": passages[0]["citation"]})
    assert cited.structured_content["text"] == passages[0]["text"]
    refused = await client.call_tool("ask", {"question": " "})
    assert (refused.is_error, _text(refused)) == (True, "question: is empty; ask something")


def _with_client(
    server: StdioServerParameters | str,
    mode: Literal["auto", "legacy"],
    run: Callable[[Client], Awaitable[None]],
) -> None:
    async def entered() -> None:
        async with Client(server, mode=mode) as client:
            await run(client)

    asyncio.run(entered())


@pytest.mark.model
@pytest.mark.parametrize("mode", MODES)
def test_every_tool_is_called_over_stdio(
    seed_index: Path, seed_engine: Engine, mode: Literal["auto", "legacy"]
) -> None:
    _with_client(_stdio(seed_index), mode, lambda client: _all_tools(client, seed_engine))


@pytest.mark.model
@pytest.mark.parametrize("mode", MODES)
def test_every_tool_is_called_over_http(
    http_url: str, seed_engine: Engine, mode: Literal["auto", "legacy"]
) -> None:
    _with_client(http_url, mode, lambda client: _all_tools(client, seed_engine))


CALL = {"method": "tools/call", "params": {"name": "ask", "arguments": {"question": QUESTION}}}
INITIALIZE = {
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@pytest.mark.model
def test_standard_output_holds_the_protocol_alone(seed_index: Path) -> None:
    sent: list[dict[str, Any] | str] = [
        INITIALIZE | {"id": 1},
        {"method": "notifications/initialized"},
        "no JSON at all",
        CALL | {"id": 2},
    ]
    lines = [
        each if isinstance(each, str) else json.dumps({"jsonrpc": "2.0", **each}) for each in sent
    ]
    command = [str(CITEWELL), "mcp", "--index", str(seed_index)]
    environment = _environment() | {"CITEWELL_LOG_LEVEL": "debug"}
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()
    answers: list[dict[str, Any]] = []
    while not any(answer.get("id") == 2 for answer in answers):
        answers.append(json.loads(process.stdout.readline()))
    rest, logged = process.communicate(timeout=60)  # closes stdin, which ends the server
    answers += map(json.loads, rest.splitlines())
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    found = {answer["id"]: answer for answer in answers if answer.get("id") is not None}
    assert found[1]["result"]["serverInfo"]["name"] == "citewell"
    assert found[2]["result"]["structuredContent"]["verdict"] == "answered"
    assert process.returncode == 0
    assert "answering MCP on stdin and stdout" in logged
    assert QUESTION not in logged


def _posted(url: str, **headers: str) -> httpx.Response:
    common = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }
    body = {"jsonrpc": "2.0", "id": 1, **INITIALIZE}
    return httpx.post(url, json=body, headers=common | headers, timeout=30)


@pytest.mark.model
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:5173"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_other_names_and_pages_of_other_sites_are_refused(
    http_url: str, headers: dict[str, str], status: int
) -> None:
    assert _posted(http_url, **headers).status_code == status


@pytest.mark.model
def test_what_is_too_large_or_no_protocol_is_refused(http_url: str) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    for content, status in ((b"a" * (4 * 1024 * 1024 + 1), 413), (b"{", 400), (b"[]", 400)):
        assert httpx.post(http_url, content=content, headers=headers).status_code == status
    assert _posted(http_url).status_code == 200


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(CITEWELL), "mcp", *arguments],
        capture_output=True,
        check=False,
        cwd=root,
        stdin=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.parametrize(
    ("arguments", "status", "match"),
    [
        (["--port", "1"], 2, "goes with --http"),
        (["--index", "nowhere"], 1, "nowhere"),
        (["--http", "--port", "0", "--index", "nowhere"], 1, "nowhere"),
    ],
)
def test_what_cannot_be_served_is_told_on_standard_error(
    tmp_path: Path, arguments: list[str], status: int, match: str
) -> None:
    done = _run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert match in done.stderr


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _run(tmp_path, "--http", "--port", str(port), "--index", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def test_other_commands_do_not_load_the_protocol() -> None:
    code = "import sys, citewell; print(sorted({'mcp', 'mcp_types', 'openai'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
