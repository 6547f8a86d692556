"""The same code against a Chroma server on loopback."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import IndexBroken
from assistant.ingest import ingest, open_index
from assistant.settings import Settings
from tests.fakes import HashEmbedder

EMBEDDER = HashEmbedder()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    command = [
        str(program),
        "run",
        "--path",
        str(tmp_path / "server"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def write(settings: Settings, numbers: range) -> None:
    rows = [{"title": f"T {n}", "abstract": f"Topic {n} is {n * n} and more."} for n in numbers]
    (settings.data_dir / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def test_papers_are_added_removed_and_healed_on_a_server(server: str, tmp_path: Path) -> None:
    import chromadb

    data = tmp_path / "data"
    data.mkdir()
    settings = Settings(data_dir=data, chroma_url=server)
    write(settings, range(20))
    assert ingest(settings, embedder=EMBEDDER).papers == 20
    write(settings, range(5, 22))
    report = ingest(settings, embedder=EMBEDDER)
    assert (len(report.added), len(report.removed)) == (2, 5)
    opened = open_index(settings, embedder=EMBEDDER)
    query = EMBEDDER.encode(["T 7. Topic 7 is 49 and more."])[0]
    _, paper_id, similarity = opened.vectors.search(query, 1)[0]
    assert opened.catalogue.get([paper_id])[paper_id].title == "T 7"
    assert similarity == pytest.approx(1, abs=1e-3)
    assert opened.vectors.vectors_of([paper_id])[1] @ query == pytest.approx([similarity], abs=1e-3)
    opened.close()

    host, port = server.removeprefix("http://").split(":")
    client = chromadb.HttpClient(host, int(port))
    (collection,) = client.list_collections()
    client.delete_collection(collection.name)
    seen = len(EMBEDDER.seen)
    healed = open_index(settings, embedder=EMBEDDER)
    assert healed.vectors.count == 17
    assert "rebuilt from the catalogue" in healed.notes[0]
    assert len(EMBEDDER.seen) == seen
    assert len(client.list_collections()) == 1
    healed.close()


def test_a_server_that_does_not_answer_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, chroma_url="http://127.0.0.1:9")
    write(settings, range(3))
    with pytest.raises(IndexBroken, match=r"CHROMA_URL.*Start the server"):
        open_index(settings, embedder=EMBEDDER)
