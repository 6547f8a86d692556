"""The command line where its streams are closed, full, or hold what nobody expects."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.commands.questions_file import read_questions
from assistant.commands.session import UsageError

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from assistant import cli
from assistant.domain import Answer
class Scripted:
    def __call__(self, settings, *, progress=None): return self
    def answer(self, question, history=()): return Answer('small_talk', 'Hello.')
    def papers(self): return []
    def status(self): return {}
    def close(self): pass
sys.exit(cli.main(sys.argv[1:], build=Scripted()))
"""


def shell(redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = f'"$0" -c "$SCRIPT" "$@" {redirection}'
    environment = {**os.environ, "SCRIPT": SCRIPT}
    return subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, *arguments],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )


def test_without_standard_output_nothing_is_asked_and_the_reason_is_said():
    done = shell(">&-", "ask", "hello")
    assert (done.returncode, done.stdout) == (1, "")
    assert "standard output is closed" in done.stderr


def test_without_standard_error_the_answer_is_still_printed():
    done = shell("2>&-", "ask", "hello", "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (0, "small_talk")


def test_without_standard_input_a_file_from_it_is_wrong_usage():
    for arguments in (("ask", "--file", "-"), ("export", "--answers", "-")):
        done = shell("<&-", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "standard input is closed" in done.stderr
    assert shell("<&-", "ask", "hello").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("ask", "hello"), ("ask", "hello", "--json"), ("export",)])
def test_a_full_disk_behind_the_output_is_one_line(arguments):
    done = shell(">/dev/full", *arguments)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.strip().split("\n")) == 1


def test_an_interrupted_start_shows_no_traceback():
    script = (
        "import sys, runpy\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'assistant.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "runpy.run_module('assistant', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "papers-assistant: stopped.\n")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("[" * 3000, "no JSON"),
        ('{"question": "q", "id": ' + "[" * 3000 + "}", "no JSON"),
        ('{"question": "q", "id": ' + "9" * 5000 + "}", "no JSON"),
        ('{"question": "q", "id": {"a": 1}}', '"id"'),
        ('{"question": "q", "id": true}', '"id"'),
        ('{"question": "q", "history": 7}', "history"),
        ('{"question": "q", "history": [7]}', "role"),
    ],
)
def test_rows_of_odd_form_are_named(tmp_path, row, words):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "fine?"}\n' + row)
    with pytest.raises(UsageError, match=words) as refused:
        read_questions(str(path))
    assert "line 2" in str(refused.value)


def test_a_row_without_an_id_is_known_by_its_line(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"question": "a"}\r\n\r\n{"question": "b", "id": null}\r\n{"question": "c", "id": 0}'
    )
    assert [(row.id, row.question) for row in read_questions(str(path))] == [
        ("1", "a"),
        ("3", "b"),
        ("0", "c"),
    ]


def test_what_cannot_be_read_as_a_file_is_wrong_usage(tmp_path):
    (tmp_path / "wide").write_bytes('{"question": "a"}'.encode("utf-16"))
    for path, words in (
        (tmp_path, "directory"),
        (tmp_path / "none", "No such file"),
        (tmp_path / "wide", "UTF-8"),
    ):
        with pytest.raises(UsageError, match=words):
            read_questions(str(path))
