"""Files as they really arrive: cut off, wrongly quoted, of odd spelling. Whatever is not stored is named."""

import json
import os
from pathlib import Path

import pytest

from assistant.errors import SourceError
from assistant.sources import Reading, read_source
from assistant.sources.markup import readable

ABSTRACT = "We study agents that plan with search. " * 9
OTHER = "Robots fold towels with two arms in homes. " * 9
SHORT = "We show that two small models plan better."


def read(tmp_path: Path, text: str | bytes, name: str) -> Reading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_source(path)


def titles(reading: Reading) -> list[tuple[int, str]]:
    return [(paper.line, paper.title) for paper in reading.papers]


def reasons(reading: Reading) -> list[tuple[int, str]]:
    return [(item.line, item.reason) for item in reading.skipped]


# --- BibTeX -------------------------------------------------------------------------------------------


def test_an_at_sign_that_begins_a_line_of_an_abstract_does_not_cut_it(tmp_path: Path) -> None:
    text = f"@article{{a, title={{One}}, abstract={{We see\n@inline{{words}} in it. {ABSTRACT}}}, year=2020}}"
    (paper,) = read(tmp_path, text, "a.bib").papers
    assert paper.abstract.startswith("We see @inlinewords in it. We study")
    assert paper.year == 2020


def test_entries_may_follow_each_other_on_one_line(tmp_path: Path) -> None:
    entry = "@misc{{{0}, title={{{0}}}, abstract={{{1}}}}}"
    text = f"{entry.format('One', ABSTRACT)} {entry.format('Two', OTHER)}, {entry.format('Three', SHORT)}"
    assert titles(read(tmp_path, text, "a.bib")) == [(1, "One"), (1, "Two"), (1, "Three")]


def test_an_entry_that_is_cut_off_is_named(tmp_path: Path) -> None:
    text = f"@misc{{a, title={{One}}, abstract={{{ABSTRACT}}}}}\n@misc{{b, title={{Two}}, abstract={{We study"
    reading = read(tmp_path, text, "a.bib")
    assert titles(reading) == [(1, "One"), (2, "Two")]
    assert [line for line, reason in reasons(reading) if "never closed" in reason] == [2]


def test_a_brace_too_few_costs_one_entry_only(tmp_path: Path) -> None:
    good = f"@misc{{k, title={{Good}}, abstract={{{ABSTRACT}}}}}\n"
    more = "".join(f"@misc{{k{n}, title={{T{n}}}, abstract={{{OTHER}{n}}}}}\n" for n in range(9))
    reading = read(tmp_path, f"{good}@misc{{b, title={{Op{{en}}, abstract={{x}}}}\n{more}", "a.bib")
    assert [title for _, title in titles(reading)] == ["Good", *(f"T{n}" for n in range(9))]
    assert {line for line, _ in reasons(reading)} == {2}


@pytest.mark.parametrize(
    "entry",
    [
        "@misc{title={One}, abstract={WORDS}}",
        "@misc{, title={One}, abstract={WORDS}}",
        "@misc{k, 2nd={x}, title={One}, abstract={WORDS}}",
        "@misc{k, title={One}, % a remark\n abstract={WORDS}}",
        "@misc{k, title={One},, abstract={WORDS},}",
        "@misc{k, odd field here, title={One}, abstract={WORDS}}",
        "@misc(k, title={One (1)}, abstract={WORDS})",
        "@misc{k,\n title={One}\n abstract={WORDS}}",
    ],
)
def test_entries_of_odd_form_are_read(tmp_path: Path, entry: str) -> None:
    (paper,) = read(tmp_path, entry.replace("WORDS", ABSTRACT), "a.bib").papers
    assert paper.title.startswith("One")
    assert paper.abstract == ABSTRACT.strip()


# --- tables -------------------------------------------------------------------------------------------


def test_a_quotation_mark_that_is_never_closed_costs_one_row_only(tmp_path: Path) -> None:
    rows = ["title,abstract", f'A 5" screen,{SHORT}', f'"Open,{SHORT}', f"Next,{SHORT}!", f'Cut,"{SHORT}']
    reading = read(tmp_path, "\n".join(rows[:4]), "a.csv")
    assert titles(reading) == [(2, 'A 5" screen'), (4, "Next")]
    assert reasons(reading) == [(3, "a quotation mark that is never closed")]
    assert reading.skipped[0].text.startswith('"Open')
    cut = read(tmp_path, "\n".join([*rows[:2], rows[4]]), "a.csv")
    assert reasons(cut) == [(3, "a quotation mark that is never closed")]


@pytest.mark.parametrize("mark", ["sep=;\n", '"sep=;"\n', "SEP=;;\n"])
def test_excels_line_about_the_delimiter_is_understood(tmp_path: Path, mark: str) -> None:
    text = f"{mark}title;abstract\nOne, two, three;{SHORT}\n"
    assert titles(read(tmp_path, text, "a.csv")) == [(3, "One, two, three")]


def test_of_two_columns_of_one_name_the_filled_one_counts(tmp_path: Path) -> None:
    text = f"title,abstract,abstract\nOne,{SHORT},\nTwo,,{SHORT}\n"
    assert [paper.abstract for paper in read(tmp_path, text, "a.csv").papers] == [SHORT, SHORT]


# --- JSON lines ---------------------------------------------------------------------------------------


def test_values_of_a_wrong_kind_are_no_words(tmp_path: Path) -> None:
    rows = [
        {"title": True, "abstract": ABSTRACT},
        {"title": float("nan"), "abstract": ABSTRACT},
        {"title": ["One"], "abstract": ABSTRACT},
        {"title": "One", "abstract": {"a": 1}},
        {"title": {}, "abstract": []},
        {
            "title": "One",
            "abstract": ABSTRACT,
            "authors": [{"name": None}, {"given": "Ada", "family": "L."}, None, 7],
        },
    ]
    reading = read(tmp_path, "\n".join(map(json.dumps, rows)), "a.jsonl")
    (paper,) = reading.papers
    assert (paper.line, paper.authors) == (6, ("Ada L.",))
    assert reasons(reading) == [
        (1, "an abstract without a title"),
        (2, "an abstract without a title"),
        (3, "an abstract without a title"),
        (4, "a title without an abstract"),
        (5, "neither a title nor an abstract"),
    ]


def test_why_a_line_is_no_json_is_said(tmp_path: Path) -> None:
    lines = [
        '{"title": "Half',
        '{"title": ' + "9" * 5000 + "}",
        "[" * 100_000,
        "[",
        '{"title":"O","abstract":"w w"}',
    ]
    found = dict(reasons(read(tmp_path, "\n".join(lines), "a.jsonl")))
    assert "Unterminated" in found[1]
    assert "digits" in found[2]
    assert "nested too deep" in found[3]
    assert "must stand on one line" in found[4]


# --- RIS ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["ER  - ", "ER  -", "ER -", "ER-", "ER  - \r"])
def test_the_end_of_a_record_may_be_spelt_oddly(tmp_path: Path, end: str) -> None:
    text = f"TY  - JOUR\nTI  - One\nAB  - {SHORT}\n{end}\nTY  - JOUR\nTI  - Two\nAB  - {SHORT}!\n{end}\n"
    reading = read(tmp_path, text, "a.ris")
    assert [paper.abstract for paper in reading.papers] == [SHORT, SHORT + "!"]
    assert not reading.skipped


def test_a_last_record_that_is_cut_off_is_named(tmp_path: Path) -> None:
    text = f"TY  - JOUR\nTI  - One\nAB  - {SHORT}\nER  - \nTY  - JOUR\nTI  - Two\nAB  - We st"
    assert reasons(read(tmp_path, text, "a.ris")) == [
        (5, 'a last record without "ER"; the file may be cut off')
    ]


def test_a_line_of_an_abstract_that_looks_like_a_tag_stays_in_it(tmp_path: Path) -> None:
    text = f"TY  - JOUR\nTI  - One\nAB  - We use\nAI - as others do. {SHORT}\nER  - \n"
    assert read(tmp_path, text, "a.ris").papers[0].abstract == f"We use AI - as others do. {SHORT}"


# --- text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_are_read_without_leftovers(tmp_path: Path, encoding: str) -> None:
    reading = read(tmp_path, f"Planning\n\n{ABSTRACT}\n".encode(encoding), "a.txt")
    assert titles(reading) == [(1, "Planning")]
    assert not reading.skipped


def test_where_a_file_stops_being_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 3 holds a NUL byte"):
        read(tmp_path, f"Planning\n\n\x00{ABSTRACT}", "a.txt")


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("规划智能体", "我们研究使用搜索进行规划的智能体。" * 4),
        ("Планирование", "Мы изучаем агентов, которые планируют с поиском в больших пространствах."),
        ("تعلم الوكلاء", "ندرس الوكلاء الذين يخططون باستخدام البحث في فضاءات كبيرة من الحالات."),
    ],
    ids=["chinese", "russian", "arabic"],
)
def test_a_short_abstract_of_any_script_counts_below_its_title(
    tmp_path: Path, title: str, abstract: str
) -> None:
    (paper,) = read(tmp_path, f"{title}\n\n{abstract}\n", "a.txt").papers
    assert (paper.title, paper.abstract) == (title, abstract)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    for name in ("pipe.txt", "folder.txt", "loop.txt"):
        with pytest.raises(SourceError, match=name):
            read_source(tmp_path / name)


# --- what is stored -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<p>We study <i>x</i><sub>2</sub> &lt; 3.</p>", "We study x2 < 3."),
        ("<jats:title>Aim</jats:title><jats:p>R&amp;D</jats:p>", "Aim  R&D"),
        ("<b and c> the <sep> token &notin; AT&T &copy", None),
        ("for <subject, predicate, object> and p<0.01", None),
        ("safe \u202eelttit\u202c plan\u00adning \u200bhere\ufeff", "safe elttit planning here"),
        ("नमस्ते \u200d👩\u200d🔬 می\u200cخواهم", None),
        ("a\x00b\x85c\x9b31m", "ab\x85c31m"),
    ],
)
def test_what_is_stored_is_readable(text: str, clean: str | None) -> None:
    assert readable(text) == (text.replace("&notin;", "∉") if clean is None else clean)
