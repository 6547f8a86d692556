"""The map as HTML: every paper a dot, every topic a list, growth where years are known."""

from dataclasses import replace

from assistant.domain import Paper
from assistant.map import make_map
from assistant.page.atlas import atlas_html

PAPERS = [Paper(str(at), f"Title <{at}>", f"Words about robots {at}.") for at in range(6)]


def drawn(papers: list[Paper]) -> str:
    return atlas_html(make_map(papers), {paper.paper_id: paper for paper in papers})


def test_every_paper_is_a_dot_and_stands_in_a_list() -> None:
    html = drawn(PAPERS)
    assert html.count('class="dot') == html.count('class="paper-link"') == 6
    assert "<0>" not in html


def test_growth_is_a_bar_per_year_also_for_years_without_papers() -> None:
    years = [2019, 2021, 2021, 2021, None, 2022]
    html = drawn([replace(paper, year=year) for paper, year in zip(PAPERS, years, strict=True)])
    assert "<b>3</b><span>2021</span>" in html
    assert "<b>0</b><span>2020</span>" in html
    assert 'class="years"' not in drawn(PAPERS)
