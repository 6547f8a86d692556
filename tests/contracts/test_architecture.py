"""The direction of imports, and which room may know which framework."""

import ast
import contextlib
import io
import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "assistant"
# A framework's types stay in its room. LlamaIndex is the socket: where its base classes are offered.
ROOMS = {
    "chromadb": {"vectors"},
    "tantivy": {"words"},
    "gradio": {"page"},
    "openai": {"llm", "embedding"},
    "httpx2": {"llm", "embedding"},
    "onnxruntime": {"embedding"},
    "tokenizers": {"embedding"},
    "tiktoken": {"tokens"},
    "llama_index": {"build", "chunks", "embedding", "llama", "retrieval"},
    "sqlite3": {"catalogue", "llm", "page", "token_vectors", "vectors"},
    "ir_measures": {"evaluation"},
    "sklearn": {"checking", "evaluation", "map", "topics"},
    "mcp": {"mcp_server"},
    "rich": {"commands"},
}


def test_imports_run_against_the_flow(monkeypatch):
    """The order is in pyproject.toml; a module without a place in it is an error too."""
    monkeypatch.chdir(PROJECT)
    monkeypatch.syspath_prepend(str(PROJECT))
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        code = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert code == 0, shown.getvalue()


def imports(path):
    """The top packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("framework", ROOMS)
def test_a_framework_stays_in_its_room(framework):
    rooms = {
        path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for path in PACKAGE.rglob("*.py")
        if framework in set(imports(path))
    }
    assert rooms - ROOMS[framework] == set()


def test_only_settings_read_the_environment():
    reading = re.compile(r"\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b")
    files = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "settings.py"]
    assert [path.name for path in files if reading.search(path.read_text(encoding="utf-8"))] == []


def test_no_room_is_named_after_nothing():
    names = {path.stem for path in PACKAGE.rglob("*.py")} | {
        path.name for path in PACKAGE.rglob("*") if path.is_dir()
    }
    assert names & {"utils", "util", "helpers", "helper", "common", "misc", "tools"} == set()


def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(PROJECT))
        for path in PACKAGE.rglob("*.py")
        if (code := path.read_text(encoding="utf-8")).strip() and not ast.get_docstring(ast.parse(code))
    ]
    assert silent == []
