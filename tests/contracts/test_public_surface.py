"""What others build on: the error tree as drawn, the words of the command line, the LlamaIndex sockets."""

import argparse
import inspect
import re

from assistant import cli, errors


def drawn_tree():
    """Child -> parent, as drawn in the module's docstring."""
    parents, tree = {}, {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^(?P<lead>[ |`-]*)(?P<name>[A-Z]\w+)(?:\s|$)", line)
        if match and hasattr(errors, match["name"]):
            depth = len(match["lead"])
            parents[depth] = match["name"]
            above = [place for place in parents if place < depth]
            tree[match["name"]] = parents[max(above)] if above else "Exception"
    return tree


def test_the_error_tree_is_drawn_as_it_is():
    classes = inspect.getmembers(errors, inspect.isclass)
    assert drawn_tree() == {name: found.__base__.__name__ for name, found in classes}


def test_every_error_says_what_it_means():
    assert all(found.__doc__ for _, found in inspect.getmembers(errors, inspect.isclass))


def test_the_words_of_the_command_line():
    actions = [action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert list(actions[0].choices) == [
        *("ask", "ingest", "status", "papers", "evaluate", "export", "serve", "mcp"),
    ]
