"""The real thing: `python app.py` on the real collection, asked in the browser."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import SHOTS, ask

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERS_", "OPENAI_"))}
    return {**kept, "PAPERS_ASSISTANT_INDEX_DIR": str(folder), **more}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as taken:
        # The wanted port is taken: the page moves on to the next.
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        program = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment(tmp_path_factory.mktemp("index"), PAPERS_ASSISTANT_PORT=port),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        line = program.stdout.readline()
        threading.Thread(target=program.stdout.read, daemon=True).start()
        assert f"(port {port} is taken)" in line
        yield line.split("Papers Assistant: ")[1].split()[0]
        program.terminate()
        program.wait(30)


@pytest.mark.browser
def test_the_tree_search_question_is_answered_and_each_number_opens_its_sentence(visit, app) -> None:
    page = visit(app)
    page.set_default_timeout(240_000)
    turn = ask(page, "Which papers make use of Monte Carlo Tree Search?")
    numbers = turn.locator(".listed .cite").all()
    assert len(numbers) >= 5
    for number in numbers:
        number.click()
        words = "".join(page.locator("#pa-sources mark.lit").all_inner_texts())
        assert " ".join(words.split()) == " ".join(number.get_attribute("data-quote").split())
    numbers[0].click()
    page.wait_for_timeout(700)
    page.screenshot(path=SHOTS / "readme-answer.png")
    page.click('[data-do="view"][data-view="map"]')
    page.wait_for_selector(".dot")
    assert page.locator(".dot").count() == 106
    assert page.locator(".dot.cited").count() >= 5
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS / "readme-map.png")


@pytest.mark.browser
def test_a_follow_up_keeps_numbers_and_survives_a_reload(visit, app) -> None:
    page = visit(app)
    page.set_default_timeout(240_000)
    ask(page, "Which papers make use of Monte Carlo Tree Search?")
    ask(page, "Which of those are about web agents?")
    titles = page.evaluate(
        "[...document.querySelectorAll('.cite')].map(e => e.dataset.number + ' ' + e.dataset.title)"
    )
    assert len({title.split(" ", 1)[0] for title in titles}) == len(set(titles))
    page.reload()
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    again = page.evaluate(
        "[...document.querySelectorAll('.cite')].map(e => e.dataset.number + ' ' + e.dataset.title)"
    )
    assert again == titles


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("PAPERS_ASSISTANT_PORT", "many", "whole number"), ("PAPERS_ASSISTANT_PROT", "1", "not a setting")],
)
def test_a_wrong_setting_is_told_without_a_traceback(tmp_path, name, value, words) -> None:
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment(tmp_path, **{name: value}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
