"""The lines under an answer: what the question was taken to mean, and how the answer was made.

Knows: the words for counts, times, tokens and cost. Does not know the answer's own words.
"""

from __future__ import annotations

from html import escape

from assistant.domain import Answer


def small_print(question: str, answer: Answer) -> str:
    """Both lines, as far as there is something to say."""
    return f'<footer class="small-print">{_understood(question, answer)}{_figures(answer)}</footer>'


def _understood(question: str, answer: Answer) -> str:
    words = answer.trace.understood_as
    if not words or answer.status == "failed":
        return ""
    same = _bare(words) == _bare(question)
    shown = "Understood as asked" if same else f"Understood as <q>{escape(words)}</q>"
    return (
        f'<form class="understood" data-do="understood"><p>{shown} '
        '<button type="button" class="plain" data-do="understood-edit">Change</button></p>'
        f'<div class="understood-edit" hidden><input type="text" name="understood" value="{escape(words)}" '
        'aria-label="What the question was taken to mean">'
        '<button type="submit" class="strong">Ask again</button></div></form>'
    )


def _bare(words: str) -> str:
    return " ".join(words.split()).rstrip(" ?.!").casefold()


def figures(answer: Answer) -> list[str]:
    """The small print: papers considered, support, writer, time, tokens and cost."""
    trace, usage = answer.trace, answer.trace.usage
    cited = [sentence for sentence in answer.sentences if sentence.citations]
    supported = sum(sentence.support == "supported" for sentence in cited)
    shown = []
    if trace.screened is not None:
        considered, of = trace.screened
        shown.append(f"{_part(considered, of)} {_several(of, 'paper')} considered")
    if cited:
        shown.append(f"{_part(supported, len(cited))} {_several(len(cited), 'cited sentence')} supported")
    if answer.status not in ("failed", "small_talk", "declined"):
        shown.append(trace.model or "no model, only quotes")
    if "total" in trace.timings_ms:
        shown.append(f"{trace.timings_ms['total'] / 1000:.2f} s")
    if usage.calls or usage.prompt_tokens:
        shown.append(f"{usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written")
        shown.append("cost unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}")
    return shown


def _part(some: int, of: int) -> str:
    return f"all {of:,}" if some == of > 1 else f"{some:,} of {of:,}"


def _several(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _figures(answer: Answer) -> str:
    small = "".join(f"<li>{escape(figure)}</li>" for figure in figures(answer))
    return f'<ul class="figures" aria-label="How this answer was made">{small}</ul>' if small else ""
