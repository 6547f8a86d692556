"""Words of the command line that need no engine must not pay for one."""

import subprocess
import sys

import pytest

HEAVY = {
    "chromadb",
    "gradio",
    "llama_index",
    "numpy",
    "onnxruntime",
    "openai",
    "rich",
    "sklearn",
    "tantivy",
    "tiktoken",
}
COMMANDS = [["--help"], ["evaluate", "--help"], ["status", "--settings"]]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_help_loads_no_library(arguments):
    script = (
        "import sys\n"
        "from assistant import cli\n"
        f"assert cli.main({arguments}) == 0\n"
        "sys.stderr.write(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


def test_the_values_load_nothing_but_the_standard_library():
    script = (
        "import sys, assistant.domain, assistant.errors, assistant.settings\n"
        "named = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(named - sys.stdlib_module_names))\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if not name.startswith("_")] == ["assistant"]
