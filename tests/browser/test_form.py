"""How the page looks and behaves for everyone: two themes, two widths, the keyboard, screen readers."""

import os
import subprocess
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.page.serve import serve
from assistant.settings import Settings
from tests.browser.conftest import PHONE, WIDE, ask

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
AXE = [ROOT / "node_modules/axe-core/axe.min.js", ROOT / ".cache/node_modules/axe-core/axe.min.js"]
GET_AXE = "npm install --prefix .cache --no-save axe-core"


@pytest.fixture(scope="module")
def axe() -> str:
    for file in AXE:
        if file.exists():
            return file.read_text(encoding="utf-8")
    if "browser" in os.environ.get("REQUIRE", ""):
        pytest.fail(f"axe-core is missing. Run: {GET_AXE}")
    pytest.skip(f"axe-core is missing. Run: {GET_AXE}")


def serious(page, script: str) -> list[str]:
    page.evaluate(script)
    found = page.evaluate("axe.run(document.querySelector('.pa'), {resultTypes: ['violations']})")
    return [
        f"{item['id']}: {item['nodes'][0]['html'][:160]} {item['nodes'][0]['any'][:1]}"
        for item in found["violations"]
        if item["impact"] in ("moderate", "serious", "critical")
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_serious(visit, served, axe, size, dark) -> None:
    page = visit(served.address, size=size, dark=dark)
    page.wait_for_selector(".example")
    assert serious(page, axe) == []
    ask(page, "flag these and note it")
    turn = ask(page, "Which papers use tree search?")
    turn.locator(".as-table summary").click()
    turn.locator(".cite").first.click()
    page.wait_for_timeout(400)
    assert serious(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export this conversation").click()
    assert serious(page, axe) == []
    page.keyboard.press("Escape")
    page.press("#pa-question", "ArrowUp")
    if size == PHONE:
        page.get_by_role("button", name="Conversations").first.click()
        page.wait_for_timeout(400)
    assert serious(page, axe) == []
    page.keyboard.press("Escape")
    page.wait_for_timeout(400)
    for view, ready in (("map", ".dot"), ("papers", ".paper-row")):
        page.click(f'[data-do="view"][data-view="{view}"]')
        page.wait_for_selector(ready)
        assert serious(page, axe) == []
    page.get_by_label("Search papers").fill("regret")
    page.wait_for_selector(".snippet mark")
    assert serious(page, axe) == []
    page.locator(".paper-row .paper-link").first.click()
    page.wait_for_selector("#pa-paper[open] .abstract a")
    assert serious(page, axe) == []


@pytest.mark.parametrize("view", ["chat", "papers", "map"])
def test_nothing_runs_over_the_edge_of_a_phone(visit, served, view) -> None:
    page = visit(served.address, size=PHONE)
    ask(page, "Which papers use tree search?")
    page.click(f'[data-do="view"][data-view="{view}"]')
    page.wait_for_timeout(500)
    wide = page.evaluate(
        "[...document.querySelectorAll('.pa .view:not([hidden]) *')].filter(e => e.checkVisibility()"
        " && !e.closest('.scroll, .rail, .sources, .canvas')"
        " && e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.outerHTML.slice(0, 90))"
    )
    assert wide == []


def test_sources_are_a_sheet_on_a_phone(visit, served) -> None:
    page = visit(served.address, size=PHONE)
    number = ask(page, "Which papers use tree search?").locator(".cite").nth(2)
    assert not page.locator("#pa-sources").is_visible()
    number.click()
    page.locator("#pa-sources mark.lit").first.wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator("#pa-sources").wait_for(state="hidden")
    assert number.evaluate("e => e === document.activeElement")
    page.get_by_role("button", name="6 sources").click()
    page.locator("#pa-sources").wait_for(state="visible")


def test_the_theme_follows_the_system_and_can_be_changed(visit, served) -> None:
    page = visit(served.address, dark=True)
    dark = page.evaluate("getComputedStyle(document.querySelector('.pa')).color")
    page.get_by_label("Light or dark").click()
    assert page.evaluate("getComputedStyle(document.querySelector('.pa')).color") != dark
    page.reload()
    page.wait_for_selector(".pa.up")
    assert page.evaluate("getComputedStyle(document.querySelector('.pa')).color") != dark


def test_the_whole_way_by_keyboard(visit, served) -> None:
    page = visit(served.address)
    page.keyboard.press("/")
    page.keyboard.type("Which papers use tree search?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn[data-turn]")
    page.locator(".turn .paper-link").first.focus()
    page.keyboard.press("Shift+Tab")
    assert "cite" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.lit")
    assert "card" in page.evaluate("document.activeElement.className")


def test_a_collection_that_cannot_be_opened_is_told_on_the_page(visit, tmp_path) -> None:
    def build(progress):
        raise AssistantError("The folder data/ holds no papers. Put a file into it and start again.")

    app, address = serve(Settings(index_dir=tmp_path, port=7990), build, block=False)
    try:
        page = visit(address)
        page.get_by_text("Put a file into it and start again.").wait_for()
    finally:
        app.close()


def test_a_program_that_died_gives_the_question_back(visit, tmp_path) -> None:
    import sys

    code = (
        "from pathlib import Path; from assistant.page.serve import serve;"
        "from assistant.settings import Settings; from tests.fake_assistant import FakeAssistant;"
        f"settings = Settings(index_dir=Path({str(tmp_path)!r}), port=8010);"
        "serve(settings, lambda progress: FakeAssistant(pause=3))"
    )
    program = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        address = program.stdout.readline().split("Papers Assistant: ")[1].split()[0]
        page = visit(address)
        page.fill("#pa-question", "Which papers use tree search?")
        page.keyboard.press("Enter")
        page.wait_for_selector(".live .words p")
        program.kill()
        page.wait_for_function("document.querySelector('#pa-question').value.startsWith('Which papers')")
        assert page.locator("#pa-send").is_visible()
    finally:
        program.kill()
        program.wait()
