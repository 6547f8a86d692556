import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Paper
from assistant.errors import SourceError
from assistant.sources import Reading, discover, merge, read_source
from assistant.sources.bibtex import plain
from assistant.sources.page import page_records
from assistant.sources.reading import Record, assemble, paper_id

PROJECT = Path(__file__).resolve().parents[2]
ABSTRACT = "We study agents that plan with search. " * 9
OTHER = "Robots fold towels with two arms in homes. " * 9


def read(tmp_path: Path, text: str | bytes, name: str = "page.txt") -> Reading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_source(path)


def reasons(reading: Reading) -> list[tuple[int, str]]:
    return [(item.line, item.reason) for item in reading.skipped]


def test_the_collection_has_106_papers_and_its_furniture_is_reported() -> None:
    reading = read_source(PROJECT / "data" / "papers_page.txt")
    assert len(reading.papers) == 106
    assert len({paper.paper_id for paper in reading.papers}) == 106
    assert [(item.line, item.text) for item in reading.skipped] == [
        (1, "new"),
        (3, "Get trending papers in your email inbox!"),
        (5, "Subscribe"),
        (7, "byAK and the research community"),
        (9, "Mar 11"),
    ]
    assert all(item.reason.startswith("page furniture") for item in reading.skipped)
    first = reading.papers[0]
    assert (first.line, first.source) == (11, "papers_page.txt")
    assert first.abstract.startswith("An elusive goal in navigation research")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["crlf", "cr", "lf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path, end: str, mark: str) -> None:
    text = mark + end.join(["Planning Agents", "", ABSTRACT, "", "Folding Robots", "", OTHER, ""])
    papers = read(tmp_path, text).papers
    assert [(paper.title, paper.line) for paper in papers] == [("Planning Agents", 1), ("Folding Robots", 5)]
    assert papers[0].abstract == ABSTRACT.strip()


@pytest.mark.parametrize("gap", ["\n", "\n\n\n \n\t\n"], ids=["no blanks", "many blanks"])
def test_blank_lines_do_not_matter(tmp_path: Path, gap: str) -> None:
    papers = read(tmp_path, gap.join(["Planning Agents", ABSTRACT, "Folding Robots", OTHER])).papers
    assert [paper.title for paper in papers] == ["Planning Agents", "Folding Robots"]


def test_utf16_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, f"Planning\n{ABSTRACT}".encode("utf-16")).papers[0].title == "Planning"


def test_what_is_no_paper_is_reported_by_line(tmp_path: Path) -> None:
    lines = ["Lost Title", "Planning Agents", "12 upvotes", ABSTRACT, OTHER, "Last Title"]
    reading = read(tmp_path, "\n".join(lines))
    assert [paper.title for paper in reading.papers] == ["Planning Agents"]
    assert reasons(reading) == [
        (1, "a title without an abstract"),
        (3, "page furniture: a counter"),
        (5, "an abstract without a title"),
        (6, "a title without an abstract"),
    ]


def test_an_exact_duplicate_is_skipped_and_another_abstract_is_kept(tmp_path: Path) -> None:
    lines = ["Planning Agents", ABSTRACT, "planning  agents!", ABSTRACT, "Planning Agents", OTHER]
    reading = read(tmp_path, "\n".join(lines))
    assert [paper.abstract for paper in reading.papers] == [ABSTRACT.strip(), OTHER.strip()]
    assert reading.papers[0].paper_id == paper_id("planning agents")
    assert reading.papers[1].paper_id == paper_id("Planning Agents", OTHER.strip())
    assert reasons(reading) == [(3, "the same paper stands in page.txt line 1")]


def test_a_wrong_encoding_is_reported_with_its_line(tmp_path: Path) -> None:
    text = f"Planning\n{ABSTRACT}\nCafé Robots\n{OTHER}".encode("cp1252")
    reading = read(tmp_path, text)
    assert reading.papers[1].title == "Café Robots"
    assert reading.skipped[0].line == 3
    assert "not UTF-8" in reading.skipped[0].reason


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("page.txt", b"", "is empty"),
        ("page.txt", b" \n\n", "is empty"),
        ("page.txt", b"\xff\x00\x01\x02\x00" * 50, "not a text file"),
        ("page.txt", b"Subscribe\nMar 11\n", "holds no paper"),
        ("page.docx", b"x", "unknown kind"),
        ("papers.csv", b"name,year\nx,1\n", "must name the columns"),
    ],
)
def test_a_file_without_papers_is_an_error_that_says_what_to_do(
    tmp_path: Path, name: str, text: bytes, words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        read(tmp_path, text, name)


def test_a_missing_file_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read_source(tmp_path / "gone.txt")


def test_a_huge_line_is_reported_and_not_stored(tmp_path: Path) -> None:
    reading = read(tmp_path, "\n".join(["Huge", "word " * 200_000, "Planning", ABSTRACT]))
    assert [paper.title for paper in reading.papers] == ["Planning"]
    assert reading.skipped[0].line == 1
    assert "too long for an abstract" in reading.skipped[0].reason


def test_authors_between_title_and_abstract_are_authors(tmp_path: Path) -> None:
    lines = ["Planning Agents", "Ada Lovelace, Alan M. Turing and Jörg van Berg", "Abstract", ABSTRACT]
    paper = read(tmp_path, "\n".join(lines)).papers[0]
    assert paper.title == "Planning Agents"
    assert paper.authors == ("Ada Lovelace", "Alan M. Turing", "Jörg van Berg")


def test_a_wrapped_abstract_is_joined(tmp_path: Path) -> None:
    wrapped = (
        "We study agents that plan with a search over many\n"
        "possible futures, and we find that they plan well\n"
        "even when the model of the world is only learned\n"
        "from a few examples. The code is free.\n"
    )
    reading = read(
        tmp_path, f"Planning Agents\n\n{wrapped}\nPlanning Robots Are Here and They Wait for Work\n{wrapped}"
    )
    assert reading.papers[0].title == "Planning Agents"
    assert reading.papers[0].abstract == " ".join(wrapped.split("\n")).strip()
    assert reading.papers[1].title == "Planning Robots Are Here and They Wait for Work"


def test_a_short_abstract_below_its_title_counts(tmp_path: Path) -> None:
    short = "We show that two small models plan better than one large model does."
    assert read(tmp_path, f"Two Models\n\n{short}\n").papers[0].abstract == short


def test_json_lines(tmp_path: Path) -> None:
    rows = [
        {"title": "Planning", "text": ABSTRACT, "authors": [{"name": "Ada"}, "Alan"], "year": "2024-05-01"},
        {
            "Title": "Folding",
            "Abstract": OTHER,
            "authors": "A. Bee; C. Dee",
            "venue": "ICRA",
            "doi": "10.1/x",
        },
        {"title": "Empty", "abstract": None},
        {"title": "Bad \ud800 sign", "abstract": ABSTRACT + "\x00"},
    ]
    lines = [json.dumps(row) for row in rows]
    reading = read(tmp_path, "\n".join([*lines[:2], "{broken", "[1]", *lines[2:]]), "papers.jsonl")
    first, second, third = reading.papers
    assert (first.authors, first.year) == (("Ada", "Alan"), 2024)
    assert (second.authors, second.venue, second.url) == (
        ("A. Bee", "C. Dee"),
        "ICRA",
        "https://doi.org/10.1/x",
    )
    assert (third.title, third.line) == ("Bad \ufffd sign", 6)
    assert [line for line, _ in reasons(reading)] == [3, 4, 5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Title", "Abstract", "Year"],
        ["Planning", f'"{ABSTRACT}\nwith ""two"" lines"', "2024"],
        ["Folding", OTHER.replace(",", " "), ""],
        ["Too", "many", "cells", "here"],
    ]
    reading = read(tmp_path, "\n".join(delimiter.join(row) for row in rows), "papers.csv")
    assert [(paper.line, paper.year) for paper in reading.papers] == [(2, 2024), (4, None)]
    assert reading.papers[0].abstract.endswith('with "two" lines')
    assert reasons(reading) == [(5, "4 cells where the header has 3")]


def test_bibtex(tmp_path: Path) -> None:
    text = f"""% a library
@string{{icra = "Conference on Robots"}}
@comment{{jabref-meta}}
@inproceedings{{lovelace2024,
  title = {{{{Planning}} with {{GPT}}-4 \\& friends}},
  author = {{Lov\\'{{e}}lace, Ada and G{{\\"o}}del, Kurt}},
  booktitle = icra # " 2024", year = 2024, eprint = {{2401.01234}},
  abstract = "{ABSTRACT}",
}}
@article{{broken}}
@article{{open, title = {{Folding}}, abstract = {{{OTHER}
@misc{{bare, title={{No words}}, year={{2020}}}}
"""
    reading = read(tmp_path, text, "library.bib")
    first, second = reading.papers
    assert first.title == "Planning with GPT-4 & friends"
    assert first.authors == ("Lovélace, Ada", "Gödel, Kurt")
    assert (first.venue, first.year) == ("Conference on Robots 2024", 2024)
    assert (first.url, first.line) == ("https://arxiv.org/abs/2401.01234", 4)
    assert second.title == "Folding"
    assert [line for line, _ in reasons(reading)] == [10, 11, 12]


def test_latex_becomes_plain() -> None:
    assert plain(r"{\'E}tude of \v{s}umma, \O re, na{\"\i}ve, \emph{such} $x^{2}$ 5\%") == (
        "Étude of šumma, Øre, naïve, such $x^{2}$ 5%"
    )


def test_ris(tmp_path: Path) -> None:
    text = f"""stray
TY  - JOUR
TI  - Planning
AU  - Lovelace, Ada
AU  - Turing, Alan
PY  - 2024/05/01
AB  - {ABSTRACT}
goes on
T2  - Journal
DO  - 10.1/x
ER  -

TY  - JOUR
T1  - Nothing
ER  -
"""
    reading = read(tmp_path, text, "export.ris")
    (paper,) = reading.papers
    assert paper.abstract.endswith("goes on")
    assert (paper.authors, paper.year, paper.venue) == (("Lovelace, Ada", "Turing, Alan"), 2024, "Journal")
    assert (paper.line, paper.url) == (2, "https://doi.org/10.1/x")
    assert [line for line, _ in reasons(reading)] == [1, 13]


def test_a_paper_in_two_files_counts_once() -> None:
    readings = [assemble(name, [Record(1, "Planning", ABSTRACT)]) for name in ("a.txt", "b.txt")]
    merged = merge(readings)
    assert [paper.source for paper in merged.papers] == ["a.txt"]
    assert merged.skipped[0].reason == "the same paper stands in a.txt line 1"


def test_discover_finds_the_known_kinds_by_name(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.txt", "c.pdf", ".hidden.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "index").mkdir()
    assert [path.name for path in discover(tmp_path)] == ["a.txt", "b.jsonl"]
    assert discover(tmp_path / "none") == []


words = st.text(
    # Markup and marks of direction are cleaned away; see test_what_is_stored_is_readable.
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Cs"], exclude_characters="<&"
    ),
    min_size=1,
    max_size=12,
).map("w".__add__)
titles = st.lists(words, min_size=2, max_size=8).map(" ".join)
abstracts = st.lists(words, min_size=10, max_size=20).map(lambda w: "Abstracts say " + " ".join(w * 30))


@given(st.lists(st.tuples(titles, abstracts), max_size=4, unique_by=lambda pair: paper_id(pair[0])))
def test_reading_a_table_of_rows_gives_the_papers_back(rows: list[tuple[str, str]]) -> None:
    records = [Record(n, title, abstract) for n, (title, abstract) in enumerate(rows)]
    papers = assemble("s", records).papers
    assert [(paper.title, paper.abstract) for paper in papers] == [
        (" ".join(t.split()), a.strip()) for t, a in rows
    ]


@given(st.text(max_size=600))
def test_any_text_in_no_exception_out_and_no_line_lost(text: str) -> None:
    reading = assemble("s", page_records("s", enumerate(text.splitlines(), 1)))
    for paper in reading.papers:
        assert paper.title
        assert paper.abstract
        assert replace(paper) == paper


def test_papers_of_a_rendered_page_come_back(tmp_path: Path) -> None:
    papers = read_source(PROJECT / "data" / "papers_page.txt").papers
    again = read(tmp_path, "\n".join(f"{paper.title}\n{paper.abstract}" for paper in papers)).papers

    def content(items: tuple[Paper, ...]) -> list[tuple[str, str]]:
        return [(paper.paper_id, paper.abstract) for paper in items]

    assert content(again) == content(papers)
