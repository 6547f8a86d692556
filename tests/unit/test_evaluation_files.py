"""BEIR folders and claim files: read in the layouts that exist, refused in words otherwise."""

import json
from collections import namedtuple

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.beir import read_benchmark
from assistant.evaluation.retrieval import measure as measure_retrieval
from assistant.evaluation.retrieval import to_json
from assistant.evaluation.support import measure as measure_support
from assistant.evaluation.support import read_claims

Judged = namedtuple("Judged", "score verdict")


def silent(what, done, total):
    pass


def write_jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    write_jsonl(
        tmp_path / "corpus.jsonl", [{"_id": f"d{n}", "title": "", "text": f"text {n}"} for n in range(3)]
    )
    write_jsonl(tmp_path / "queries.jsonl", [{"_id": f"q{n}", "text": f"query {n}"} for n in range(3)])
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq0\td0\t1\nq1\td1\t1\nq1\td2\t0\n")
    return tmp_path


def test_a_folder_is_read_and_unjudged_queries_are_left_out(folder):
    benchmark = read_benchmark(folder)
    assert [paper.paper_id for paper in benchmark.papers] == ["d0", "d1", "d2"]
    assert benchmark.queries == {"q0": "query 0", "q1": "query 1"}
    assert benchmark.relevant == {"q0": {"d0": 1}, "q1": {"d1": 1, "d2": 0}}


def test_judgements_may_lie_in_a_folder_of_their_own_and_have_four_columns(folder):
    (folder / "qrels.tsv").unlink()
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("q0 0 d0 1\r\nq1 0 d1 2\r\n")
    assert read_benchmark(folder).relevant == {"q0": {"d0": 1}, "q1": {"d1": 2}}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(lambda f: (f / "qrels.tsv").unlink(), "no qrels.tsv", id="no judgements"),
        pytest.param(lambda f: (f / "corpus.jsonl").unlink(), "cannot be read", id="no corpus"),
        pytest.param(
            lambda f: (f / "qrels.tsv").write_text("q0\td0\n"), "line 1: expected", id="two columns"
        ),
        pytest.param(lambda f: (f / "qrels.tsv").write_text("q0\td0\thigh\n"), "no number", id="no number"),
        pytest.param(lambda f: (f / "qrels.tsv").write_text("x\td0\t1\n"), "do the ids fit", id="other ids"),
        pytest.param(lambda f: (f / "qrels.tsv").write_text("q0\td0\tinf\n"), "no number", id="endless"),
        pytest.param(
            lambda f: (f / "qrels.tsv").write_text("q0\tx\t1\n"), "No judged document", id="other documents"
        ),
        pytest.param(
            lambda f: write_jsonl(
                f / "corpus.jsonl", [{"_id": "d0", "text": "a"}, {"_id": "d0", "text": "b"}]
            ),
            "several documents of the id d0",
            id="an id twice",
        ),
        pytest.param(
            lambda f: write_jsonl(f / "queries.jsonl", [{"_id": "q0", "text": ["a"]}]),
            "line 1: text must be text",
            id="a list for a text",
        ),
        pytest.param(
            lambda f: (f / "queries.jsonl").write_text("[" * 3000), "line 1 is not JSON", id="nested too deep"
        ),
        pytest.param(
            lambda f: (f / "corpus.jsonl").write_bytes(b"\xff\x00"), "not UTF-8 text", id="not text"
        ),
    ],
)
def test_a_folder_of_another_form_is_refused(folder, spoil, message):
    spoil(folder)
    with pytest.raises(EvaluationError, match=message):
        read_benchmark(folder)


def test_retrieval_figures_can_be_worked_out_on_paper(folder):
    def search(text, limit):
        # q0 finds its document first; q1 finds it second. Equal scores must keep the order given.
        return [("d0", 1.0), ("d1", 1.0)]

    report = measure_retrieval(read_benchmark(folder), search, mode="words", embed_s=0.5, progress=silent)
    row = to_json(report)
    assert row["map"] == 0.75
    assert row["ndcg_at_10"] == pytest.approx((1 + 0.6309) / 2, abs=1e-4)
    assert (row["queries"], row["documents"], row["recall_at_10"], row["embed_s"]) == (2, 3, 1.0, 0.5)


def test_a_claim_is_held_against_its_evidence_or_against_the_whole_abstract(tmp_path):
    path = tmp_path / "claims.jsonl"
    whole = {"claim": "c", "title": "t", "abstract_sentences": ["One.", "Two."], "evidence": ["Two."]}
    write_jsonl(
        path, [{**whole, "label": "SUPPORT"}, {"claim": "d", "evidence": "Three.", "label": "CONTRADICT"}]
    )
    first, second = read_claims(path)
    assert (first.abstract, first.title, first.supported) == ("Two.", "", True)
    assert read_claims(path, whole=True)[0].abstract == "One. Two."
    assert (second.abstract, second.title, second.supported) == ("Three.", "", False)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"claim": "c", "evidence": "e", "label": "SUPPORT"}], "with another one"),
        ([{"claim": "c", "label": "SUPPORT"}], "no text under"),
        ([{"claim": "c"}], "lacks label"),
    ],
    ids=["one kind of label", "no evidence", "no label"],
)
def test_claims_of_another_form_are_refused(tmp_path, rows, message):
    path = tmp_path / "claims.jsonl"
    write_jsonl(path, rows)
    with pytest.raises(EvaluationError, match=message):
        read_claims(path)


def test_support_figures_can_be_worked_out_on_paper(tmp_path):
    path = tmp_path / "claims.jsonl"
    labels = {"a": "SUPPORT", "b": "SUPPORT", "c": "CONTRADICT", "d": "NOT_ENOUGH_INFO"}
    write_jsonl(path, [{"claim": name, "evidence": "e", "label": label} for name, label in labels.items()])
    scores = {"a": 0.9, "b": 0.3, "c": 0.5, "d": 0.1}

    def judge(claims):
        return [Judged(scores[c], "supported" if scores[c] > 0.4 else "unsupported") for c, _, _ in claims]

    report = measure_support(read_claims(path), judge, progress=silent)
    assert (report.auroc, report.precision.value, report.recall.value, report.f1) == (0.75, 0.5, 0.5, 0.5)
