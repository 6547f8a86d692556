"""The papers tab and the map: find, read, choose, ask only these; see where an answer lies."""

import pytest

from tests.browser.conftest import ask
from tests.fake_assistant import MATH

pytestmark = pytest.mark.browser


def go(page, view: str) -> None:
    page.click(f'[data-do="view"][data-view="{view}"]')


def test_papers_are_searched_filtered_sorted_and_paged(visit, served) -> None:
    page = visit(served.address)
    go(page, "papers")
    page.wait_for_selector(".paper-row")
    assert page.locator(".paper-row").count() == 25
    assert page.inner_text("#pa-count") == "107 papers"
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("document.querySelector('.pager span').textContent === 'Page 2 of 5'")
    page.get_by_label("Search papers").fill("diffusion")
    page.wait_for_function("document.querySelector('#pa-count').textContent !== '107 papers'")
    assert "iffusion" in page.locator(".paper-row h2").first.inner_text()
    page.get_by_label("Search papers").fill("")
    page.get_by_label("Sort").select_option("title")
    page.wait_for_function("document.querySelector('.paper-row h2').textContent.startsWith('A')")
    page.get_by_label("Code or project link").check()
    page.wait_for_function("!['107 papers', ''].includes(document.querySelector('#pa-count').textContent)")


def test_a_paper_is_opened_and_asked_alone(visit, served) -> None:
    page = visit(served.address)
    go(page, "papers")
    page.locator(".paper-row .paper-link").first.click()
    dialog = page.locator("#pa-paper")
    dialog.wait_for(state="visible")
    title = dialog.locator("h2").inner_text()
    near = dialog.locator(".more .paper-link")
    assert near.count() == 6
    near.first.click()
    page.wait_for_function("t => document.querySelector('#paper-title').textContent !== t", arg=title)
    dialog.get_by_role("button", name="Ask about this paper").click()
    dialog.wait_for(state="hidden")
    assert page.locator("#pa-scope li").count() == 2
    ask(page, "What is new?")
    assert len(served.assistant.asked[-1][2]) == 1
    page.locator("#pa-scope button").click()
    assert page.locator("#pa-scope").is_hidden()
    ask(page, "What is new?")
    assert served.assistant.asked[-1][2] is None


def test_several_papers_are_chosen_and_only_these_are_asked(visit, served) -> None:
    page = visit(served.address)
    go(page, "papers")
    for number in (0, 2, 4):
        page.locator(".paper-row input").nth(number).check()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("document.querySelector('.pager span').textContent === 'Page 2 of 5'")
    page.locator(".paper-row input").first.check()
    assert page.inner_text("#pa-picked-count") == "4 papers selected"
    page.get_by_role("button", name="Ask only these").click()
    ask(page, "What do they share?")
    assert len(served.assistant.asked[-1][2]) == 4
    assert page.locator(".asked-scope li").count() == 4


def test_the_map_rings_the_papers_of_the_answer_and_opens_them(visit, served) -> None:
    page = visit(served.address)
    turn = ask(page, "Which papers use tree search?")
    cited = turn.locator(".cite").count()
    go(page, "map")
    page.wait_for_selector(".dot")
    assert page.locator(".dot").count() == 107
    assert page.locator(".dot.cited").count() == cited
    assert f"The {cited} papers of the last answer" in page.inner_text("#pa-map-note")
    counts = [int(count) for count in page.locator(".topics .count").all_inner_texts()]
    assert sum(counts) == 107
    dot = page.locator(f'.dot[data-paper="{MATH.paper_id}"]')
    dot.hover(force=True)
    assert "Optimal" in page.inner_text("#pa-tip")
    dot.click(force=True)
    page.wait_for_selector("#pa-paper[open]")
    assert "noise" in page.inner_text("#paper-title")
    page.keyboard.press("Escape")
    page.locator(".topics summary").first.click()
    assert page.locator(".topics li").first.is_visible()
    page.get_by_role("button", name="List these papers").click()
    page.get_by_role("button", name=f"Select all {counts[0]}").click()
    assert page.inner_text("#pa-picked-count") == f"{counts[0]} papers selected"
