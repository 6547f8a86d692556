"""The command line with an assistant that answers from a script."""

import io
import json
import os
import subprocess
import sys

import pytest

from assistant import cli
from assistant.contract import answer_to_json
from assistant.domain import Answer, Citation, ListedPaper, Paper, Sentence, Stage, Trace, Usage
from assistant.errors import IndexBusy

PAPER = Paper("p1", "Trees [in] forests", "Trees help. Always.", year=2024, venue="Forestry")
QUOTE = Citation(1, "p1", PAPER.title, "Trees help.", 0, 11)
FACT = Answer(
    "answered",
    "Trees help [1].",
    (Sentence("Trees help.", (QUOTE,)),),
    (QUOTE,),
    trace=Trace(timings_ms={"total": 12.0}),
)
LISTED = Answer(
    "answered",
    "Two papers match.",
    (Sentence("Two papers match."), Sentence("Trees help.", (QUOTE,))),
    (QUOTE,),
    (
        ListedPaper("p2", "Perhaps trees", "possible", 2, "Bushes may help."),
        ListedPaper("p1", PAPER.title, "clear", 1, "Trees help."),
    ),
    Trace(kind="list", screened=(106, 106), model="small-1", usage=Usage(1, 1, 0.0042, 1)),
)


class Scripted:
    """Answers from a queue; remembers what it was asked and whether it was closed."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.closed = False

    def __call__(self, settings, *, progress=None):
        self.settings = settings
        return self

    def answer(self, question, history=()):
        self.asked.append((question, tuple(history)))
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def stream(self, question, history=()):
        yield Stage("Reading")
        yield self.answer(question, history)

    def papers(self):
        return [PAPER]

    def status(self):
        return {"papers": 1, "in_step": True, "model": ""}

    def close(self):
        self.closed = True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith(("PAPERS_ASSISTANT_", "OPENAI_", "CHROMA_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "90")


def run(capsys, *arguments, build=None):
    code = cli.main([str(argument) for argument in arguments], build=build)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_ask_prints_the_answer_then_its_sources(capsys):
    code, out, err = run(capsys, "ask", "Do trees help?", build=Scripted(FACT))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Trees help [1].",
        "",
        "Sources",
        " [1]  Trees [in] forests",
        "      “Trees help.”",
        "",
        "answered from the abstracts · no language model · 12 ms",
    ]


def test_ask_lists_clear_papers_before_possible_ones(capsys):
    _, out, _ = run(capsys, "ask", "Which?", build=Scripted(LISTED))
    assert out.splitlines() == [
        "Two papers match.",
        "",
        "Clear matches",
        " [1]  Trees [in] forests",
        "      “Trees help.”",
        "",
        "Possible matches",
        " [2]  Perhaps trees",
        "      “Bushes may help.”",
        "",
        "answered from the abstracts · 106 of 106 papers considered · small-1 · 0 ms · $0.0042",
    ]


def test_what_the_abstracts_do_not_carry_is_said(capsys):
    answer = Answer(
        "partial", "Trees sing.", (Sentence("Trees sing.", (), "unsupported"),), trace=Trace(notes=("cut",))
    )
    _, out, _ = run(capsys, "ask", "Which?", build=Scripted(answer))
    assert "(unsupported) Trees sing." in out
    assert "Note: cut" in out


def test_control_characters_do_not_reach_the_terminal(capsys):
    _, out, _ = run(capsys, "ask", "?", build=Scripted(Answer("answered", "red \x1b[31mtext\x07\u202e [1]")))
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\u202e" not in out


def test_headings_inside_an_answer_are_shown_without_their_asterisks(capsys):
    _, out, _ = run(capsys, "ask", "?", build=Scripted(Answer("answered", "**One**\n\nTrees 2 ** 3 help.")))
    assert out.splitlines()[:3] == ["One", "", "Trees 2 ** 3 help."]


def test_long_answers_are_wrapped(capsys):
    _, out, _ = run(capsys, "ask", "?", build=Scripted(Answer("answered", "word " * 60)))
    assert max(map(len, out.splitlines())) <= 90


def test_ask_json_prints_one_object_and_nothing_else(capsys):
    code, out, err = run(capsys, "ask", "Do trees help?", "--json", build=Scripted(FACT))
    assert (code, err) == (0, "")
    assert json.loads(out)["citations"][0]["quote"] == "Trees help."
    assert out.count("\n") == 1


def test_a_file_is_answered_in_order_with_its_history(capsys, tmp_path):
    path = tmp_path / "questions.jsonl"
    rows = [
        {"id": "a", "question": "Which?"},
        {
            "question": "And?",
            "history": [{"role": "user", "content": "Which?"}, {"role": "assistant", "content": "Two."}],
        },
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8-sig")
    scripted = Scripted(LISTED, FACT)
    code, out, _ = run(capsys, "ask", "--file", path, "--json", build=scripted)
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "2"]
    assert scripted.asked[1][1][0].text == "Two."
    assert scripted.closed


def test_questions_may_come_through_a_pipe(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"id": "x", "question": "Which?"}\n'))
    _, out, _ = run(capsys, "ask", "--file", "-", "--json", build=Scripted(FACT))
    assert json.loads(out)["id"] == "x"


def test_every_bad_line_of_a_file_is_named_before_anything_is_asked(capsys, tmp_path):
    path = tmp_path / "questions.jsonl"
    lines = [
        '{"question": "fine?"}',
        "{",
        "[1]",
        '{"question": 3}',
        '{"question": "q", "history": [{"role": "x"}]}',
    ]
    path.write_text("\n".join(lines))
    scripted = Scripted()
    code, out, err = run(capsys, "ask", "--file", path, "--json", build=scripted)
    assert (code, out, scripted.asked) == (2, "", [])
    for number in (2, 3, 4, 5):
        assert f"line {number}:" in err
    assert "line 1:" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["ask"], id="neither question nor file"),
        pytest.param(["ask", "q", "--file", "f"], id="both"),
        pytest.param(["ask", "  "], id="empty question"),
        pytest.param(["ask", "--file", "missing.jsonl"], id="no such file"),
        pytest.param(["sing"], id="unknown word"),
        pytest.param([], id="no word"),
        pytest.param(["evaluate"], id="nothing to evaluate"),
        pytest.param(["export", "--format", "markdown"], id="markdown without answers"),
        pytest.param(["ingest", ""], id="an empty path, as of an unset variable"),
    ],
)
def test_wrong_usage_is_exit_code_two(capsys, arguments):
    code, out, err = run(capsys, *arguments, build=Scripted())
    assert (code, out) == (2, "")
    assert "papers-assistant" in err


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(IndexBusy("Another process\nwrites."), "Another process writes.", id="expected"),
        pytest.param(KeyboardInterrupt(), "stopped.", id="interrupted"),
        pytest.param(ZeroDivisionError("oops"), "unexpected ZeroDivisionError: oops", id="unexpected"),
    ],
)
def test_what_could_not_be_done_is_one_line_and_exit_code_one(capsys, error, message):
    code, out, err = run(capsys, "ask", "?", build=Scripted(error))
    assert (code, out) == (1, "")
    assert err.startswith(f"papers-assistant: {message}")
    assert err.count("\n") == 1


def test_debug_shows_where_an_unexpected_error_came_from(capsys):
    with pytest.raises(ZeroDivisionError):
        cli.main(["--debug", "ask", "?"], build=Scripted(ZeroDivisionError()))


def test_a_failed_answer_is_exit_code_one_and_still_printed(capsys):
    code, out, _ = run(capsys, "ask", "?", "--json", build=Scripted(Answer("failed", "No key.")))
    assert code == 1
    assert json.loads(out)["status"] == "failed"


def test_a_wrong_setting_is_named(capsys, monkeypatch):
    monkeypatch.setenv("PAPERS_ASSISTANT_PROT", "1")
    code, _, err = run(capsys, "status", build=Scripted())
    assert code == 1
    assert "PAPERS_ASSISTANT_PROT is not a setting" in err


def test_offline_is_a_setting_of_the_call(capsys):
    scripted = Scripted(FACT)
    run(capsys, "ask", "?", "--offline", build=scripted)
    assert scripted.settings.offline


def test_status_for_people_and_for_machines(capsys):
    _, out, _ = run(capsys, "status", build=Scripted())
    assert out.splitlines() == ["papers   1", "in step  yes", "model    -"]
    _, out, _ = run(capsys, "status", "--json", build=Scripted())
    assert json.loads(out) == {"papers": 1, "in_step": True, "model": ""}


def test_what_was_healed_is_told_apart_from_the_output(capsys):
    scripted = Scripted(FACT)
    scripted.status = lambda: {"notes": ["The word index is missing; it was rebuilt from the catalogue."]}
    _, out, err = run(capsys, "ask", "?", "--json", build=scripted)
    assert json.loads(out)["status"] == "answered"
    assert err == "The word index is missing; it was rebuilt from the catalogue.\n"


def test_papers_for_people_and_for_machines(capsys):
    _, out, _ = run(capsys, "papers", build=Scripted())
    assert out == "   1  Trees [in] forests (Forestry, 2024)\n"
    _, out, _ = run(capsys, "papers", "--json", build=Scripted())
    row = json.loads(out)[0]
    assert (row["paper_id"], row["abstract"]) == ("p1", "Trees help. Always.")


def test_the_table_of_settings_needs_no_index_and_no_secret(capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-verysecret")
    code, out, _ = run(capsys, "status", "--settings", build=None)
    assert code == 0
    assert "| `PAPERS_ASSISTANT_API_KEY` or `OPENAI_API_KEY` |" in out
    assert "verysecret" not in out


def test_the_collection_and_stored_answers_can_be_exported(capsys, tmp_path):
    _, out, _ = run(capsys, "export", build=Scripted())
    assert "Trees [in] forests" in out
    stored = tmp_path / "answers.jsonl"
    stored.write_text(json.dumps(answer_to_json(FACT)) + "\n")
    _, out, _ = run(capsys, "export", "--format", "ris", "--answers", stored, build=Scripted())
    assert "Trees [in] forests" in out
    written = tmp_path / "answer.md"
    arguments = ("export", "--format", "markdown", "--answers", stored, "--output", written)
    code, out, err = run(capsys, *arguments, build=Scripted())
    assert (code, out, err) == (0, "", f"Written: {written}\n")
    assert "Trees help." in written.read_text(encoding="utf-8")


def test_an_answers_file_of_another_form_is_refused(capsys, tmp_path):
    stored = tmp_path / "answers.jsonl"
    stored.write_text('{"status": "answered"}\n')
    code, _, err = run(capsys, "export", "--answers", stored, build=Scripted())
    assert code == 2
    assert "line 1" in err


def test_a_file_without_answers_does_not_mean_the_whole_collection(capsys, tmp_path):
    stored = tmp_path / "answers.jsonl"
    stored.write_text("\n")
    code, out, err = run(capsys, "export", "--answers", stored, build=Scripted())
    assert (code, out) == (2, "")
    assert "holds no answers" in err


def test_a_reader_who_leaves_early_is_no_error():
    script = (
        "import sys\n"
        "from assistant import cli\n"
        "from assistant.domain import Answer\n"
        "class Long:\n"
        "    def __call__(self, settings, *, progress=None): return self\n"
        "    def answer(self, question, history=()): return Answer('answered', 'word ' * 200_000)\n"
        "    def status(self): return {}\n"
        "    def close(self): pass\n"
        "sys.exit(cli.main(['ask', '?', '--json'], build=Long()))\n"
    )
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-c", script], stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")
