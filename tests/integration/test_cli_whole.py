"""The command line from source file to answer, with the real engine on a handful of papers and no model."""

import json

import pytest

from assistant import cli

PAPERS = [
    (
        "Climbing trees of thought",
        "We search plans with Monte Carlo Tree Search (MCTS). Our agent solves 81% of tasks.",
    ),
    ("Robots that fold towels", "A robot folds towels by watching people. It needs 20 demonstrations."),
    ("Pruning large models", "We prune half of all weights without loss. Training is not repeated."),
    ("Search for proofs", "Monte Carlo Tree Search (MCTS) guides a prover. It finds 12 new proofs."),
    (
        "Painting with diffusion",
        "A diffusion model paints landscapes. Guidance is applied in half of the steps.",
    ),
]


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    rows = [json.dumps({"title": title, "abstract": abstract}) for title, abstract in PAPERS]
    (data / "papers.jsonl").write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setenv("PAPERS_ASSISTANT_DATA_DIR", str(data))

    def run_here(*arguments):
        code = cli.main([*map(str, arguments)])
        shown = capsys.readouterr()
        assert code == 0, shown.err
        return json.loads(shown.out) if "--json" in arguments else shown.out

    return run_here


def test_a_second_ingest_embeds_nothing(run):
    first, second = run("ingest", "--json"), run("ingest", "--json")
    assert (first["papers"], len(first["added"])) == (5, 5)
    assert (second["papers"], second["added"], second["embedded"]) == (5, [], 0)


def test_status_and_papers_agree_and_asking_first_makes_the_index(run):
    status, papers = run("status", "--json"), run("papers", "--json")
    assert (status["papers"], status["in_step"], status["model"]) == (5, True, "")
    assert [paper["title"] for paper in papers] == [title for title, _ in PAPERS]


def test_an_answer_keeps_the_contract_and_its_quotes_are_verbatim(run):
    answer = run("ask", "How many tasks does the agent that climbs trees of thought solve?", "--json")
    abstracts = {paper["paper_id"]: paper["abstract"] for paper in run("papers", "--json")}
    assert (answer["id"], answer["status"], answer["model"]) == ("1", "answered", "")
    assert "81%" in answer["text"]
    assert set(answer["timings_ms"]) == {"understand", "retrieve", "write", "check", "total"}
    assert answer["tokens"] == {"prompt": 0, "completion": 0}
    assert answer["citations"]
    for citation in answer["citations"]:
        assert abstracts[citation["paper_id"]][citation["start"] : citation["end"]] == citation["quote"]
    numbers = {citation["number"] for citation in answer["citations"]}
    assert all(set(sentence["citations"]) <= numbers for sentence in answer["sentences"])


def test_a_list_answer_names_every_paper_and_how_many_were_looked_at(run):
    answer = run("ask", "Which papers use Monte Carlo Tree Search?", "--json")
    assert {paper["title"] for paper in answer["papers"]} == {PAPERS[0][0], PAPERS[3][0]}
    assert answer["screened"] == {"considered": 5, "of": 5}


def test_a_person_reads_the_answer_with_its_source(run):
    shown = run("ask", "How many demonstrations does the towel folding robot need?")
    assert "20 demonstrations" in shown
    assert "Robots that fold towels" in shown


def test_golden_questions_are_measured(run, tmp_path):
    rows = [
        {
            "id": "none",
            "type": "unanswerable",
            "question": "Which papers treat volcanoes?",
            "gold_papers": [],
        },
        {
            "id": "single",
            "type": "single",
            "question": "How many demonstrations does the towel folding robot need?",
            "gold_papers": [PAPERS[1][0]],
            "gold_facts": [r"\b20\b"],
        },
    ]
    golden = tmp_path / "golden.jsonl"
    golden.write_text("\n".join(map(json.dumps, rows)))
    figures = run("evaluate", "answers", golden, "--json", "--details")
    assert (figures["questions"], figures["collection"]) == (2, 5)
    assert (figures["abstention_recall"], figures["fact_hit"], figures["quotes_verbatim"]) == (1.0, 1.0, 1.0)
    assert (figures["invented_papers"], figures["failed"], figures["misses"]) == (0, 0, [])
