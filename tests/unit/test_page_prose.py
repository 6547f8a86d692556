"""Words of papers as HTML: escaped, formulas read, quotes marked where they stand."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.page.prose import Mark, first_link, mathml, prose


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def marked(html: str, key: str) -> str:
    parts = re.findall(r'<mark data-marks="([^"]*)">(.*?)</mark>', html, re.DOTALL)
    return "".join(shown(inner) for keys, inner in parts if key in keys.split())


def test_markup_in_an_abstract_is_shown_and_not_run() -> None:
    html = prose('<img src=x onerror="alert(1)"> & <b>')
    assert "<img" not in html
    assert shown(html) == '<img src=x onerror="alert(1)"> & <b>'


@pytest.mark.parametrize(
    "text", ["$5 and $7", "US$5 and US$ bills", "from $3,000 to $4,000 a day", "costs $5 per run, $ more"]
)
def test_amounts_of_money_are_no_formulas(text: str) -> None:
    assert prose(text) == text


@pytest.mark.parametrize("text", [r"$\pi_\theta$", "$n$", r"\(x^2\)", r"$$\sum_i x_i$$", "$O(n)$", "$k=5$"])
def test_formulas_become_mathml(text: str) -> None:
    assert prose(text).startswith("<math")


def test_escaped_signs_lose_their_backslash() -> None:
    assert prose(r"40\% of A\&B") == "40% of A&amp;B"


@pytest.mark.parametrize(
    "latex", [r"\href{javascript:alert(1)}{x}", r"\style{color:red}{x}", r"\class{a}{b}"]
)
def test_formulas_bring_no_attributes_into_the_page(latex: str) -> None:
    html = mathml(latex)
    tags = re.findall(r"<[^>]*>", html)
    assert not any(word in tag for tag in tags for word in ("href=", "style=", 'class="a'))


def test_an_unreadable_formula_is_shown_as_its_source() -> None:
    assert "frac" in shown(mathml(r"\frac{")) or mathml(r"\frac{").startswith("<math")


def test_links_keep_the_full_stop_outside() -> None:
    html = prose("Code at https://github.com/a/b.")
    assert 'href="https://github.com/a/b"' in html
    assert html.endswith("</a>.")
    assert first_link("see https://x.org/y), and", among="x.org") == "https://x.org/y"


def test_a_quote_is_marked_exactly() -> None:
    text = "One & two. Three < four. Five."
    start = text.index("Three")
    html = prose(text, [Mark(start, start + 13, "0")])
    assert marked(html, "0") == "Three < four."
    assert shown(html) == text


def test_overlapping_quotes_are_each_whole() -> None:
    html = prose("abcdefghij", [Mark(1, 6, "0"), Mark(4, 9, "1")])
    assert marked(html, "0") == "bcdef"
    assert marked(html, "1") == "efghi"


def test_a_quote_that_ends_inside_a_formula_marks_it_whole() -> None:
    text = r"We use $\pi_\theta$ here."
    html = prose(text, [Mark(0, 9, "0")])
    assert html.count("<math") == 1
    assert html.endswith("</math></mark> here.")


@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=4))
def test_no_text_and_no_marks_break_the_page(text: str, ends: list[tuple[int, int]]) -> None:
    marks = [
        Mark(min(pair), min(max(pair), len(text)), str(at))
        for at, pair in enumerate(ends)
        if min(pair) < len(text)
    ]
    html = prose(text, marks)
    assert not re.search(r"<(?!/?(?:math|m[a-z]+|mark|a|code|strong|em|span)\b)", html)
