"""Imports Gradio without what the page does not use: editor stubs, and an MCP server of Gradio's own.

Gradio parses the source of each of its components at import to refresh `.pyi` files beside them, which is
half of its import time and of use to editors only; and it imports the mcp package where that is installed,
0.4 s for tools that this project serves by itself (`mcp_server`). Knows that one function and that one
import; if Gradio drops or renames them, the import is merely as slow as ever. Does not know what is done with
Gradio.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE = "gradio.component_meta"


class _StublessLoader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if hasattr(module, "create_or_modify_pyi"):
            setattr(module, "create_or_modify_pyi", lambda *_args: None)  # noqa: B010


class _StublessFinder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _StublessLoader(spec.loader)
        return spec


def gradio() -> ModuleType:
    """The `gradio` module."""
    if "gradio" not in sys.modules and importlib.util.find_spec("gradio") is not None:
        finder = _StublessFinder()
        sys.meta_path.insert(0, finder)
        # None in its place makes the import of mcp fail, as where it is not installed.
        without = "mcp" not in sys.modules
        sys.modules.setdefault("mcp", None)  # type: ignore[arg-type]
        try:
            importlib.import_module("gradio")
        finally:
            sys.meta_path.remove(finder)
            if without:
                del sys.modules["mcp"]
    return importlib.import_module("gradio")
