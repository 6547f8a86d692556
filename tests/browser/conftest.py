"""The page in Debian's Chromium: one server with the fake assistant, a fresh browser per test."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.page.serve import serve
from assistant.settings import Settings
from tests.fake_assistant import FakeAssistant

HERE = Path(__file__).resolve().parent
SHOTS = HERE / "screenshots"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 60_000


class Served:
    """A page that is being served: its address, its assistant, its folder."""

    def __init__(self, address: str, assistant: Any, folder: Path) -> None:
        self.address, self.assistant, self.folder = address, assistant, folder

    @property
    def feedback(self) -> list[dict[str, Any]]:
        file = self.folder / "feedback.jsonl"
        return (
            [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            if file.exists()
            else []
        )


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("index")
    assistant = FakeAssistant(pause=0.01)
    settings = Settings(index_dir=folder, port=7960)
    app, address = serve(settings, lambda progress: assistant, block=False)
    yield Served(address, assistant, folder)
    app.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Opens an address in a browser of its own; fails the test on a script error or another host."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_page(address: str, *, size: dict[str, int] = WIDE, dark: bool = False, path: str = "/") -> Any:
        context = chromium.new_context(viewport=size, color_scheme="dark" if dark else "light")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        page.on("request", lambda asked: _foreign(asked.url, wrong))
        page.goto(address.rstrip("/") + path)
        page.wait_for_selector(".pa.up")
        return page

    yield open_page
    for number, context in enumerate(contexts):
        for page in context.pages:
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(
                path=SHOTS / f"{re.sub('[^a-z0-9]+', '-', request.node.name.lower())}-{number}.png"
            )
        context.close()
    assert wrong == []


def _foreign(url: str, wrong: list[str]) -> None:
    if not re.match(r"(?:https?://(?:127\.0\.0\.1|localhost)[:/]|data:|blob:)", url):
        wrong.append(f"asked another host: {url}")


def ask(page: Any, question: str) -> Any:
    """Ask and wait for the turn."""
    before = page.locator(".turn[data-turn]").count()
    page.fill("#pa-question", question)
    page.press("#pa-question", "Enter")
    page.wait_for_function("n => document.querySelectorAll('.turn[data-turn]').length > n", arg=before)
    return page.locator(".turn[data-turn]").last
