"""The MCP server, spoken to by the real MCP client over stdin and stdout."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = "from assistant.mcp_server import Tools, server; from tests.fake_assistant import FakeAssistant; server(Tools(FakeAssistant)).run('stdio')"  # noqa: E501


async def _talk() -> dict[str, object]:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    parameters = StdioServerParameters(command=sys.executable, args=["-c", SERVER], cwd=ROOT)
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        tools = await session.list_tools()
        found = await session.call_tool("search_papers", {"query": "tree search", "limit": 3})
        first = json.loads(found.content[0].text)
        paper = await session.call_tool("get_paper", {"paper_id": first["paper_id"]})
        asked = await session.call_tool("ask", {"question": "Which papers use tree search?"})
        cited = await session.call_tool("cite", {"paper_ids": [first["paper_id"]]})
        wrong = await session.call_tool("get_paper", {"paper_id": "no such paper"})
        return {
            "tools": [tool.name for tool in tools.tools],
            "paper": json.loads(paper.content[0].text),
            "first": first,
            "answer": json.loads(asked.content[0].text),
            "bibtex": cited.content[0].text,
            "wrong": (wrong.isError, wrong.content[0].text),
        }


def test_a_client_finds_reads_asks_and_cites() -> None:
    pytest.importorskip("mcp", reason="pip install 'papers-assistant[mcp]'")
    told = asyncio.run(asyncio.wait_for(_talk(), 90))
    assert told["tools"] == ["ask", "search_papers", "get_paper", "cite"]
    paper, answer = told["paper"], told["answer"]
    assert paper["title"] == told["first"]["title"]
    assert answer["status"] == "answered"
    assert answer["citations"]
    assert told["bibtex"].startswith("@misc{")
    assert told["wrong"][0] is True
    assert "search_papers" in told["wrong"][1]
