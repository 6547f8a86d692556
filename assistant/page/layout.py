"""The page as Gradio components: one shell, one channel for answers, and the endpoints for programs.

Knows Gradio. Does not know: what a paper or an answer looks like, how the browser's part works (`static/`).
The shell's own script draws; Gradio carries questions and answers, queues them, and serves the API.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path
from typing import Any

from assistant import __version__
from assistant.page.asking import Asking
from assistant.page.desk import Desk
from assistant.page.endpoints import Endpoints
from assistant.page.quick_import import gradio
from assistant.page.shell import HEAD, STATIC, shell_html

_SHELL_SCRIPT = """
const root = document.querySelector("link[data-pa]").href.replace(/style\\.css.*$/, "");
import(root + "main.js").then((page) => page.mount(element, {
  ask: (data) => trigger("ask", data),
  server,
}));
"""
_CHANNEL_SCRIPT = """
watch("value", () => window.dispatchEvent(new CustomEvent("pa-message", { detail: props.value })));
"""


def page(asking: Asking, desk: Desk, endpoints: Endpoints) -> Any:  # noqa: ANN401  # gradio has no types
    """The Gradio app, not yet served."""
    gr = gradio()

    # The event's class must be Gradio's own, and Gradio is imported late.
    async def ask(event: Any) -> AsyncIterator[str]:  # noqa: ANN401
        async for message in asking.stream(event._data):
            yield json.dumps(message)

    ask.__annotations__["event"] = gr.EventData

    requests = [desk.ready, desk.turns, desk.browse, desk.paper, desk.atlas, desk.export, desk.feedback]

    with gr.Blocks(title="Papers Assistant", analytics_enabled=False, fill_width=True) as app:
        channel = gr.HTML("", html_template="<i></i>", js_on_load=_CHANNEL_SCRIPT, elem_id="pa-channel")
        shell = gr.HTML(
            shell_html(),
            js_on_load=_SHELL_SCRIPT,
            elem_id="pa",
            apply_default_css=False,
            server_functions=[*map(_plain, requests), _plain(asking.stop)],
        )
        shell.ask(
            ask,
            outputs=channel,
            show_progress="hidden",
            api_name="from_page",
            api_visibility="private",
            # Waiting for a free place is told by the page itself, in the run's own words.
            concurrency_limit=None,
            trigger_mode="multiple",
        )
        endpoints.register(gr)
    app.queue(max_size=256, default_concurrency_limit=4)
    return app


def _plain(method: Callable[[object], object]) -> Callable[[object], object]:
    """`method` as a function: Gradio notes on the object that it may be called, and methods take no notes."""

    def request(data: object = None) -> object:
        return method(data)

    request.__name__ = method.__name__
    return request


@cache
def launch_settings() -> dict[str, Any]:
    """What `launch` is told about the page's own files."""
    from starlette.responses import Response
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles
    from starlette.types import Scope

    class Fresh(StaticFiles):
        """The browser asks whether a file has changed before it uses its copy: an update shows at once."""

        async def get_response(self, path: str, scope: Scope) -> Response:
            response = await super().get_response(path, scope)
            response.headers["Cache-Control"] = "no-cache"
            return response

    return {
        "app_kwargs": {"routes": [Mount("/pa", Fresh(directory=STATIC))], "version": __version__},
        "head": HEAD,
        "footer_links": [],
        "show_error": False,
        "ssr_mode": False,
        "run_history": False,
        "enable_monitoring": False,
        "max_file_size": "1mb",
        "favicon_path": str(Path(STATIC) / "icon.svg"),
        "quiet": True,
    }
