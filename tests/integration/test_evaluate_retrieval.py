"""`evaluate retrieval` over a folder of four documents, with the real indexes and the real embedder."""

import json

import pytest

from assistant import cli

DOCUMENTS = {
    "birds": ("How birds fly", "Wings carry birds through the air. Feathers keep them light."),
    "fish": ("How fish swim", "Fins push fish through water. Gills take oxygen from it."),
    "trees": ("How trees grow", "Leaves catch light. Roots take water from the soil."),
    "none": ("A title alone", ""),
}
QUERIES = {"1": ("what do feathers do for birds", "birds"), "2": ("how do fish breathe with gills", "fish")}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "animals"
    made.mkdir()
    rows = [{"_id": name, "title": title, "text": text} for name, (title, text) in DOCUMENTS.items()]
    (made / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (made / "queries.jsonl").write_text(
        "\n".join(json.dumps({"_id": name, "text": text}) for name, (text, _) in QUERIES.items())
    )
    lines = [f"{name}\t{paper}\t1" for name, (_, paper) in QUERIES.items()]
    (made / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]))
    return made


@pytest.mark.parametrize("mode", ["hybrid", "vectors", "words"])
def test_what_is_asked_for_is_found_first(capsys, monkeypatch, tmp_path, folder, mode):
    monkeypatch.setenv("PAPERS_ASSISTANT_INDEX_DIR", str(tmp_path / "index"))
    assert cli.main(["evaluate", "retrieval", str(folder), "--mode", mode, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert set(row) == {
        *("mode", "queries", "documents", "ndcg_at_10", "recall_at_10", "recall_at_100", "map"),
        *("query_ms_p50", "query_ms_p95", "embed_s"),
    }
    assert (row["queries"], row["documents"], row["ndcg_at_10"], row["recall_at_100"]) == (2, 4, 1.0, 1.0)


def test_embeddings_are_kept_and_the_index_is_not(capsys, monkeypatch, tmp_path, folder):
    monkeypatch.setenv("PAPERS_ASSISTANT_INDEX_DIR", str(tmp_path / "index"))
    assert cli.main(["evaluate", "retrieval", str(folder), "--mode", "words"]) == 0
    assert "| words |" in capsys.readouterr().out
    kept = list((tmp_path / "index").rglob("*"))
    assert [path.suffix for path in kept if path.is_file()] == [".sqlite"]
