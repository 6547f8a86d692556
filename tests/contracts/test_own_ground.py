"""What is committed works on any machine and comes from nowhere in particular."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Folders of one machine or person. /tmp and /usr are everyone's.
SOMEBODYS = re.compile(r"(?<![\w.:/~-])/(?:home|root|Users|work|opt|mnt)/[\w.]+")
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".jsonl", ".js", ".css", ".yml", ".yaml", ".cfg", ""}


def committed():
    """The committed files, or without git every file outside the ignored folders."""
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    if not names:
        pytest.skip("no git here to say what is committed")
    return [path for name in names if (path := PROJECT / name).is_file()]


def test_no_committed_file_names_a_folder_of_one_machine():
    found = [
        f"{path.relative_to(PROJECT)}: {match.group()}"
        for path in committed()
        if path.suffix in TEXT and PROJECT / "data" not in path.parents and path != Path(__file__)
        for match in SOMEBODYS.finditer(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_versions_come_from_whatever_index_the_machine_uses():
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.!+-]+", line)] == []


def test_every_direct_dependency_is_pinned():
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    pinned = {line.partition("==")[0] for line in (PROJECT / "constraints.txt").read_text().splitlines()}

    def canonical(name):
        return re.sub(r"[-_.]+", "-", name).lower()

    named = {canonical(re.match(r"[\w.-]+", need).group()) for need in wanted}
    assert named - set(map(canonical, pinned)) == set()


def test_files_stay_small_enough_to_be_read():
    """Past about 250 lines a noun is missing; only the values stay together, whatever their number."""
    lines = {path: len(path.read_text().splitlines()) for path in (PROJECT / "assistant").rglob("*.py")}
    assert {path.name: n for path, n in lines.items() if n > 270 and path.name != "domain.py"} == {}
