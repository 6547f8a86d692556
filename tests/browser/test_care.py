"""What happens between the usual steps: a changed mind, a reload, a second tab, too many words, no room."""

import threading

import pytest

from assistant.page.serve import serve
from assistant.settings import Settings
from tests.browser.conftest import PHONE, ask
from tests.fake_assistant import FakeAssistant

pytestmark = pytest.mark.browser
LIST = "Which papers use tree search?"


def start(page, question: str) -> None:
    page.fill("#pa-question", question)
    page.press("#pa-question", "Enter")
    page.wait_for_selector(".live .words p")


# --- while an answer is under way ---------------------------------------------------------------------


def test_sources_of_the_answer_before_are_not_shown_beside_a_new_question(visit, served) -> None:
    page = visit(served.address)
    assert page.locator("#pa-sources").is_hidden()
    ask(page, LIST)
    assert page.locator("#pa-sources .card").count() == 6
    start(page, "Which papers are slow?")
    assert page.locator("#pa-sources .card").count() == 0
    page.keyboard.press("Escape")
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    assert page.locator(".turn").last.locator(".status").inner_text() == "Stopped"


def test_a_reload_in_the_middle_gives_the_question_back(visit, served) -> None:
    page = visit(served.address)
    ask(page, LIST)
    start(page, "Which papers are slow?")
    page.reload()
    page.wait_for_selector(".turn[data-turn]")
    assert page.input_value("#pa-question") == "Which papers are slow?"
    assert page.locator(".turn").count() == 1
    page.press("#pa-question", "Enter")
    page.wait_for_selector(".live .words p")
    page.keyboard.press("Escape")
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    page.reload()
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    assert page.input_value("#pa-question") == ""


def test_a_new_conversation_does_not_wait_for_the_old_answer(visit, served) -> None:
    page = visit(served.address)
    start(page, "Which papers are slow?")
    page.get_by_role("button", name="New conversation").first.click()
    assert page.locator("#pa-send").is_visible()
    turn = ask(page, "math please")
    assert "per run" in turn.inner_text()
    assert page.locator(".turn").count() == 1


def test_a_question_asked_while_the_papers_are_opened_is_answered(visit, tmp_path) -> None:
    go = threading.Event()

    def build(progress):
        progress("Reading the papers", 20, 106)
        go.wait(60)
        return FakeAssistant()

    app, address = serve(Settings(index_dir=tmp_path, port=8050), build, block=False)
    try:
        page = visit(address)
        page.fill("#pa-question", LIST)
        page.press("#pa-question", "Enter")
        page.get_by_text("Reading the papers: 20 of 106").first.wait_for()
        go.set()
        page.wait_for_selector(".turn[data-turn] .cite")
    finally:
        go.set()
        app.close()


# --- a changed mind -----------------------------------------------------------------------------------


def test_an_edit_is_said_and_can_be_given_up(visit, served) -> None:
    page = visit(served.address)
    ask(page, LIST)
    page.press("#pa-question", "ArrowUp")
    assert page.input_value("#pa-question") == LIST
    assert page.locator("#pa-editing").is_visible()
    page.keyboard.press("Escape")
    assert page.input_value("#pa-question") == ""
    assert page.locator("#pa-editing").is_hidden()
    ask(page, "math please")
    assert page.locator(".turn").count() == 2


def test_a_question_that_is_too_long_keeps_its_words(visit, served) -> None:
    page = visit(served.address)
    long = "tree " * 1000 + "x"
    page.fill("#pa-question", long)
    page.press("#pa-question", "Enter")
    page.wait_for_function("document.querySelector('#pa-toast').textContent.includes('5,001')")
    assert page.input_value("#pa-question") == long
    page.fill("#pa-question", "   ")
    page.press("#pa-question", "Enter")
    assert page.locator(".turn").count() == 0


def test_the_way_back_leads_to_the_view_before(visit, served) -> None:
    page = visit(served.address)
    ask(page, LIST)
    page.click('[data-do="view"][data-view="papers"]')
    page.wait_for_selector(".paper-row")
    page.click('[data-do="view"][data-view="map"]')
    page.go_back()
    assert page.locator(".papers.view").is_visible()
    page.go_back()
    assert page.locator(".turn .cite").first.is_visible()
    page.go_forward()
    page.reload()
    page.wait_for_selector(".paper-row")


def test_a_thumb_stays_chosen(visit, served) -> None:
    page = visit(served.address)
    ask(page, LIST).get_by_label("Good answer").click()
    page.wait_for_selector('[data-do="good"][aria-pressed="true"]')
    page.reload()
    page.wait_for_selector('.turn[data-turn] [data-do="good"][aria-pressed="true"]')


# --- what the browser keeps ---------------------------------------------------------------------------


def test_two_tabs_on_one_conversation_keep_the_turns_of_both(visit, served) -> None:
    page = visit(served.address)
    ask(page, LIST)
    other = page.context.new_page()
    other.goto(served.address)
    other.wait_for_selector(".pa.up")
    other.locator(".chat-name").click()
    other.wait_for_selector(".turn[data-turn]")
    start(page, "Which papers are slow?")
    ask(other, "math please")
    page.keyboard.press("Escape")
    for tab in (page, other):
        tab.wait_for_selector(".turn[data-turn]:nth-child(3)")
        assert tab.locator(".turn h2").all_inner_texts() == [LIST, "math please", "Which papers are slow?"]


def test_a_full_storage_is_said_and_answers_go_on(visit, served) -> None:
    page = visit(served.address)
    page.evaluate(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }; 0"
    )
    ask(page, LIST)
    page.wait_for_function("document.querySelector('#pa-toast').textContent.includes('storage is full')")
    assert ask(page, "math please").locator(".cite").count() == 1


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/?q=C%2B%2B%20%26%20%3Cb%3E%20%23100%25%3F", "C++ & <b> #100%?"),
        ("/?q=%E4%BD%A0%E5%A5%BD%20%F0%9F%99%82%20%22%27%5C", "你好 🙂 \"'\\"),
        ("/?q=100%", "100%"),
    ],
)
def test_a_link_carries_any_characters(visit, served, path, question) -> None:
    page = visit(served.address, path=path)
    page.wait_for_selector(".turn[data-turn]")
    assert page.locator(".turn h2").inner_text() == question
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Copy a link that asks this again").click()
    page.wait_for_function("document.querySelector('#pa-toast').textContent.includes('Link copied')")
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    page.wait_for_selector(".turn[data-turn]")
    assert page.locator(".turn h2").inner_text() == question


# --- few steps ----------------------------------------------------------------------------------------


def test_a_whole_conversation_is_exported_in_two_clicks_from_anywhere(visit, served) -> None:
    page = visit(served.address)
    ask(page, LIST)
    page.get_by_role("button", name="Export this conversation").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Markdown").click()
    assert caught.value.suggested_filename == "which-papers-use-tree-search.md"
    assert page.locator("#pa-thread-head").bounding_box()["y"] < 100


def test_only_the_cited_papers_are_asked_on(visit, served) -> None:
    page = visit(served.address)
    ask(page, LIST)
    page.locator("#pa-sources").get_by_role("button", name="Ask only these").click()
    ask(page, "What do they share?")
    assert len(served.assistant.asked[-1][2]) == 6


def test_papers_like_one_are_listed_chosen_and_asked(visit, served) -> None:
    page = visit(served.address)
    page.click('[data-do="view"][data-view="papers"]')
    page.wait_for_selector(".paper-row")
    page.keyboard.type("diffusion")
    page.wait_for_selector("mark")
    page.locator(".paper-row").first.get_by_role("button", name="More like this").click()
    page.wait_for_selector("#pa-like:not([hidden])")
    page.wait_for_function("document.querySelector('#pa-count').textContent.includes('most alike')")
    page.get_by_role("button", name="Select all 20").click()
    page.get_by_role("button", name="Ask only these").click()
    ask(page, "What do they share?")
    assert len(served.assistant.asked[-1][2]) == 20
    page.click('[data-do="view"][data-view="papers"]')
    page.get_by_label("All papers again", exact=True).click()
    page.wait_for_function("document.querySelector('#pa-count').textContent === '107 papers'")


def test_the_title_of_a_source_stays_in_sight_on_a_phone(visit, served) -> None:
    page = visit(served.address, size=PHONE)
    turn = ask(page, LIST)
    for number in turn.locator(".cite").all():
        number.click()
        page.wait_for_timeout(400)
        title, words, body = (
            page.locator(css).first.bounding_box()
            for css in (".card.lit header", ".card.lit mark.lit", "#pa-sources-body")
        )
        assert title["y"] >= body["y"] - 4
        assert words["y"] < body["y"] + body["height"]
        page.keyboard.press("Escape")
