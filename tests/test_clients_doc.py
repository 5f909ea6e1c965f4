"""docs/clients.md is true: each of its examples is run."""

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client as McpClient
from mcp import StdioServerParameters

from service import client
from service.client import Client
from service.live import LiveEngine
from service.mcp_server.tools import tools_of
from service.settings import Settings
from service.web.chat_schema import MOST_BYTES
from tests.conftest import CITEWELL, ROOT, serving
from tests.fakes import LetterEmbedder

TEXT = (ROOT / "docs" / "clients.md").read_text("utf-8")
TOOLS = TEXT.partition("## Clients of the Model Context Protocol")[2]
ADDRESS = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


async def _tools(server: StdioServerParameters | str) -> list[str]:
    async with McpClient(server) as client:
        return [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.model
def test_curl_line_answers(server_url: str) -> None:
    (line,) = [block for block in blocks("sh") if block.startswith("curl")]
    shown = line.replace(ADDRESS, server_url)
    done = subprocess.run(["bash", "-c", shown], capture_output=True, check=True)
    message = json.loads(done.stdout)["choices"][0]["message"]
    assert "warm water port baltic" in message["content"]
    assert "\n\nSources:\n- [1] 000_ff22eedb3fb81119.txt: http" in message["content"]


@pytest.mark.model
def test_python_example_answers(server_url: str) -> None:
    (code,) = [block for block in blocks("python") if "openai" in block]
    command = [sys.executable, "-c", code.replace(ADDRESS, server_url)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    answer, _, rest = done.stdout.partition("Sources:")
    assert "warm water port baltic" in answer
    citation = rf"warm water port baltic .* 000_ff22eedb3fb81119\.txt {server_url}/v1/citations/p_"
    assert re.search(citation, rest)
    assert rest.count("Sources:") == 1  # of the streamed answer to the second question


@pytest.mark.model
def test_the_clients_example_does_what_it_says(seed_index: Path, tmp_path: Path) -> None:
    (code,) = [block for block in blocks("python") if "service.client" in block]
    shutil.copytree(seed_index, tmp_path / "index")
    with serving(tmp_path / "index") as url:
        command = [sys.executable, "-c", code.replace(ADDRESS, url)]
        done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)
    answer, passages, *told = done.stdout.splitlines()
    assert re.match(r"answered .*warm water port baltic", answer)
    assert passages == "passages Retrieval"
    assert re.fullmatch(r"(quote Quote\n)+done Response", "\n".join(told[:-10]))
    assert [re.sub(r" 0\.\d+$", "", line) for line in told[-10:-8]] == [
        "1 000_ff22eedb3fb81119.txt",
        "2 000_ff22eedb3fb81119.txt",
    ]
    assert told[-8:-6] == ["answered", "answered"]
    assert told[-6:-4] == ["current", "True"]
    assert told[-4].startswith("FeedbackReceipt(id='f_")
    assert told[-3:-1] == [
        "('garden/lease.txt',) ()",
        "garden/lease.txt ('garden',) True",
    ]
    missing = r"404 urn:citewell:problem:document-missing there is no document 'd_\w+' .* [\w-]+"
    assert re.fullmatch(missing, told[-1])


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Exception)


def test_every_method_and_error_of_the_client_is_named() -> None:
    rows = "".join(re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", TEXT, re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", rows))
    methods = {name for name in vars(Client) if not name.startswith("_")} - {"close"}
    failures = {name for name in client.__all__ if _is_error(getattr(client, name))}
    assert methods | failures <= named


@pytest.mark.model
def test_a_client_starts_citewell_as_configured(seed_index: Path) -> None:
    (config,) = map(json.loads, blocks("json"))
    ((name, server),) = config["mcpServers"].items()
    assert (name, Path(server["command"]).name) == ("citewell", CITEWELL.name)
    shown = server["args"][-1]
    arguments = [str(seed_index) if word == shown else word for word in server["args"]]
    configured = StdioServerParameters(command=str(CITEWELL), args=arguments, env=dict(os.environ))
    names = asyncio.run(_tools(configured))
    assert names == re.findall(r"^\| `(\w+)` \|", TOOLS, re.MULTILINE)


@pytest.mark.model
def test_the_server_line_serves_where_it_is_said(seed_index: Path) -> None:
    (line,) = [block for block in blocks("sh") if " mcp " in block]
    words = shlex.split(line)
    assert f"http://127.0.0.1:{words[words.index('--port') + 1]}/mcp" in TEXT
    words[words.index("--port") + 1] = "0"
    words[words.index("--index") + 1] = str(seed_index)
    command = [str(CITEWELL), *words[1:]]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = (re.search(r"answering MCP on (http://\S+/mcp)", each) for each in process.stderr)
        url = next(match[1] for match in found if match)
        assert "ask" in asyncio.run(_tools(url))
        process.terminate()
        process.communicate(timeout=20)


def test_every_argument_of_a_tool_is_named(small_index: Path, letters: LetterEmbedder) -> None:
    live = LiveEngine(Settings(index=small_index), letters)
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", TOOLS, re.MULTILINE))
    for tool in tools_of(live):
        named = re.findall(r"`(\w+)`", rows["ask" if tool.name == "retrieve" else tool.name])
        assert named == list(tool.takes["properties"])


def test_the_limit_is_as_stated() -> None:
    assert f"A request may have {MOST_BYTES // 2**20} MiB." in TEXT
