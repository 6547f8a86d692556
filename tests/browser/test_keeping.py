"""Conversations stay in the browser, can be named, found, deleted and taken along; visitors never mix."""

from pathlib import Path

import pytest

from tests.browser.conftest import ask

pytestmark = pytest.mark.browser


def test_a_reload_brings_back_turns_numbers_and_sources(visit, served) -> None:
    page = visit(served.address)
    ask(page, "Which papers use tree search?")
    before = ask(page, "math please").inner_text()
    page.reload()
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    turn = page.locator(".turn").last
    assert [line for line in turn.inner_text().split("\n") if line] == [
        line for line in before.split("\n") if line
    ]
    turn.locator(".cite").click()
    assert "$5 per run" in page.locator("#pa-sources mark.lit").inner_text()
    again = ask(page, "flag something else")
    assert int(again.locator(".cite").first.get_attribute("data-number")) > 7
    assert len(served.assistant.asked[-1][1]) == 2


def test_conversations_are_named_found_opened_and_deleted(visit, served) -> None:
    page = visit(served.address)
    ask(page, "Which papers use tree search?")
    page.get_by_role("button", name="New conversation").click()
    assert page.locator(".turn").count() == 0
    ask(page, "math please")
    rows = page.locator(".chat-row")
    assert [row.strip() for row in rows.all_inner_texts()] == ["math please", "Which papers use tree search?"]

    rows.first.hover()
    rows.first.get_by_label("Rename").click()
    page.get_by_label("Name of this conversation").fill("Costs of runs")
    page.keyboard.press("Enter")
    assert rows.first.inner_text().strip() == "Costs of runs"

    page.fill("#pa-rail-find", "per run")
    assert rows.count() == 1
    page.fill("#pa-rail-find", "")
    rows.nth(1).locator(".chat-name").click()
    page.wait_for_function("document.querySelector('.turn h2')?.textContent.includes('tree search')")

    rows.nth(1).hover()
    rows.nth(1).get_by_label("Delete").click()
    assert rows.count() == 1
    assert page.locator(".turn").count() == 0
    page.get_by_role("button", name="Undo").click()
    assert rows.count() == 2


def test_answers_and_chats_are_exported_with_exactly_what_was_cited(visit, served) -> None:
    page = visit(served.address)
    ask(page, "Which papers use tree search?")
    turn = ask(page, "math please")
    turn.get_by_label("Export this answer").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="BibTeX").click()
    text = Path(caught.value.path()).read_text(encoding="utf-8")
    assert caught.value.suggested_filename == "math-please.bib"
    assert text.count("@misc") == 1
    assert "Ada Lovelace" in text

    page.get_by_label("Export this conversation").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="RIS").click()
    assert Path(caught.value.path()).read_text(encoding="utf-8").count("TY  - GEN") == 7

    page.get_by_label("Export this conversation").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Markdown").click()
    text = Path(caught.value.path()).read_text(encoding="utf-8")
    assert "## math please" in text
    assert "- [7] **" in text


def test_a_link_asks_again(visit, served) -> None:
    page = visit(served.address, path="/?q=Which+papers+use+tree+search%3F")
    page.wait_for_selector(".turn[data-turn] .cite")
    assert page.locator(".turn h2").inner_text() == "Which papers use tree search?"
    assert "?q=" not in page.url


def test_two_visitors_never_see_each_other(visit, served) -> None:
    one, other = visit(served.address), visit(served.address)
    for page, question in ((one, "Which papers are slow?"), (other, "math please")):
        page.fill("#pa-question", question)
        page.keyboard.press("Enter")
    other.wait_for_selector(".turn[data-turn]")
    one.wait_for_selector(".turn[data-turn]")
    assert one.locator(".turn h2").all_inner_texts() == ["Which papers are slow?"]
    assert other.locator(".turn h2").all_inner_texts() == ["math please"]
    assert "per run" not in one.inner_text(".pa")
    assert one.locator(".chat-row").count() == other.locator(".chat-row").count() == 1
    third = visit(served.address)
    assert third.locator(".chat-row").count() == 0


def test_broken_storage_does_not_break_the_page(visit, served) -> None:
    page = visit(served.address)
    page.evaluate(
        'localStorage.setItem(\'pa.chats\', \'[{"id":"x","title":"Old"},7]\');'
        "localStorage.setItem('pa.chat.x', '[{\"id\":1},{\"answer\":5}]');"
        "sessionStorage.setItem('pa.open', 'x')"
    )
    page.reload()
    page.wait_for_selector(".pa.up")
    ask(page, "math please")
