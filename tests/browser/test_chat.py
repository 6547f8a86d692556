"""Asking: answers stream, numbers open the exact words, everything can be stopped, changed and judged."""

import re

import pytest

from tests.browser.conftest import ask
from tests.fake_assistant import MATH

pytestmark = pytest.mark.browser


def lit_words(page) -> str:
    return "".join(page.locator("#pa-sources mark.lit").all_inner_texts())


def test_every_number_opens_its_card_and_lights_its_exact_words(visit, served) -> None:
    page = visit(served.address)
    turn = ask(page, "Which papers use Monte Carlo Tree Search?")
    numbers = turn.locator(".cite").all()
    assert len(numbers) == 6
    for number in numbers:
        number.click()
        card = page.locator(".card.lit")
        assert card.get_attribute("data-number") == number.get_attribute("data-number")
        assert " ".join(lit_words(page).split()) == " ".join(number.get_attribute("data-quote").split())
        page.wait_for_function(
            "document.querySelector('#pa-sources mark.lit').getBoundingClientRect().top < innerHeight"
        )


def test_an_earlier_answer_shows_its_own_sources_and_numbers_go_on(visit, served) -> None:
    page = visit(served.address)
    ask(page, "Which papers use tree search?")
    second = ask(page, "math please")
    assert second.locator(".cite").get_attribute("data-number") == "7"
    page.locator(".turn").first.locator(".cite").nth(1).click()
    assert page.locator(".card.lit").get_attribute("data-number") == "2"


def test_a_number_tells_its_quote_on_hover_and_on_focus(visit, served) -> None:
    page = visit(served.address)
    number = ask(page, "Which papers use tree search?").locator(".cite").first
    number.hover()
    assert number.get_attribute("data-quote") in page.inner_text("#pa-tip")
    page.mouse.move(5, 5)
    page.wait_for_selector("#pa-tip", state="hidden")
    number.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.wait_for_selector("#pa-tip")


def test_a_quote_stays_while_the_sources_still_glide(visit, served) -> None:
    page = visit(served.address)
    numbers = ask(page, "Which papers use tree search?").locator(".cite")
    numbers.nth(0).hover()
    page.evaluate("document.querySelector('#pa-sources-body').scrollTop = 90")
    page.wait_for_timeout(300)
    assert page.locator("#pa-tip").is_visible()
    assert numbers.nth(0).get_attribute("data-quote") in page.inner_text("#pa-tip")


def test_an_answer_streams_and_escape_stops_it(visit, served) -> None:
    page = visit(served.address)
    page.fill("#pa-question", "Which papers are slow?")
    page.keyboard.press("Enter")
    page.wait_for_function("(document.querySelector('.live .words')?.innerText.length || 0) > 15")
    shorter = len(page.inner_text(".live .words"))
    page.wait_for_function(
        "n => (document.querySelector('.live .words')?.innerText.length || 0) > n", arg=shorter
    )
    page.keyboard.press("Escape")
    page.wait_for_selector(".turn[data-turn]")
    assert "opped" in page.inner_text(".turn")
    ask(page, "Which papers use tree search?")


@pytest.mark.parametrize("question", ["please fail", "please crash"])
def test_a_failure_is_told_and_the_next_question_works(visit, served, question) -> None:
    page = visit(served.address)
    assert "Could not answer" in ask(page, question).inner_text()
    assert "/etc/path" not in page.content()
    assert ask(page, "Which papers use tree search?").locator(".cite").count() == 6


def test_enter_asks_shift_enter_breaks_the_line_and_slash_focuses(visit, served) -> None:
    page = visit(served.address)
    page.fill("#pa-question", "")
    page.keyboard.type("compare")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("these")
    assert page.input_value("#pa-question") == "compare\nthese"
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn[data-turn]")
    page.locator(".turn h2").click()
    page.locator(".turn .cite").first.focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "pa-question"
    assert page.input_value("#pa-question") == ""


def test_doubtful_sentences_notes_and_figures_are_shown(visit, served) -> None:
    page = visit(served.address)
    words = ask(page, "flag these and note it").inner_text()
    for part in (
        "partly supported",
        "Not supported by the cited words",
        "did not answer in time",
        "812 tokens read, 96 written",
    ):
        assert part in words
    assert "$0.0004" in words
    assert "1.34 s" in words


def test_what_was_understood_can_be_changed_and_asked_again(visit, served) -> None:
    page = visit(served.address)
    turn = ask(page, "Which papers are about it?")
    turn.get_by_role("button", name="Change").click()
    turn.get_by_label("What the question was taken to mean").fill("Which papers are about diffusion?")
    turn.locator(".understood").get_by_role("button", name="Ask again").click()
    page.wait_for_function("document.querySelector('.understood q')?.textContent.includes('diffusion')")
    assert page.locator(".turn").count() == 1
    assert served.assistant.asked[-1][3] == "Which papers are about diffusion?"
    assert page.locator(".turn h2").inner_text() == "Which papers are about it?"


def test_the_last_question_can_be_edited_and_asked_again(visit, served) -> None:
    page = visit(served.address)
    ask(page, "Which papers use tree search?")
    turn = ask(page, "please fail")
    turn.get_by_label("Edit this question").click()
    assert page.input_value("#pa-question") == "please fail"
    page.fill("#pa-question", "math please")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.turn h2')[1]?.textContent === 'math please'")
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    assert page.locator(".turn").count() == 2
    page.locator(".turn").last.get_by_label("Ask again", exact=True).click()
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    assert len(served.assistant.asked[-1][1]) == 1


def test_follow_up_questions_can_be_clicked(visit, served) -> None:
    page = visit(served.address)
    chip = ask(page, "Which papers use tree search?").locator(".chip").first
    question = chip.inner_text()
    chip.click()
    page.wait_for_selector(".turn[data-turn]:nth-child(2)")
    assert page.locator(".turn").last.locator("h2").inner_text() == question


def test_a_thumb_keeps_its_reason(visit, served) -> None:
    page = visit(served.address)
    turn = ask(page, "Which papers use tree search?")
    turn.get_by_label("Something is wrong").click()
    page.get_by_label("In your words, if you like").fill("The third one is off.")
    page.get_by_role("button", name="Wrong citation").click()
    page.wait_for_function("document.querySelector('#pa-toast').textContent.includes('Noted')")
    assert served.feedback[-1]["reason"] == "wrong citation"
    assert served.feedback[-1]["comment"] == "The third one is off."
    assert served.feedback[-1]["answer"]["citations"]


def test_formulas_are_drawn_and_markup_is_shown_as_words(visit, served) -> None:
    page = visit(served.address)
    turn = ask(page, "math please")
    turn.locator(".cite").click()
    card = page.locator(".card.lit")
    assert card.locator("math").count() >= 3
    assert "<script>alert(1)</script>" in card.inner_text()
    assert "$5 per run, or $7" in card.inner_text()
    code = card.get_by_role("link", name="Code")
    assert code.get_attribute("href") == "https://github.com/example/regret"
    assert "arxiv.org" in card.get_by_role("link", name="arXiv").get_attribute("href")
    assert MATH.title.startswith("Optimal")


def test_what_was_considered_is_folded_and_a_list_is_a_table_too(visit, served) -> None:
    page = visit(served.address)
    turn = ask(page, "Which papers use tree search?")
    page.locator(".not-cited summary").click()
    assert "mentions a tree search" in page.locator(".not-cited").inner_text()
    turn.locator(".as-table summary").click()
    head = turn.locator("th button").nth(1)
    head.click()
    titles = [cell.strip() for cell in turn.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert titles == sorted(titles, key=str.lower)
    head.click()
    assert turn.locator("tbody td:nth-child(2)").first.inner_text().strip() == titles[-1]
    assert re.fullmatch("descending", turn.locator("th").nth(1).get_attribute("aria-sort"))
