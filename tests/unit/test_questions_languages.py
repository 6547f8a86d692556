import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.questions.languages import find_language, function_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Which papers are about the planning of agents?", "en"),
        ("mcts agents", "en"),
        ("die cut", "en"),
        ("", "en"),
        ("12345 ?!", "en"),
        ("Welche Arbeiten verwenden die Monte-Carlo-Baumsuche mit Agenten?", "de"),
        ("Quels articles utilisent la recherche arborescente pour les agents ?", "fr"),
        ("Quels articles utilisent MCTS ?", "fr"),
        ("Welche Paper nutzen MCTS?", "de"),
        ("¿Qué trabajos tratan de la búsqueda con agentes?", "es"),
        ("Quali articoli sono sulla ricerca con gli agenti?", "it"),
        ("Welke artikelen zijn er over het plannen van agenten?", "nl"),
        ("哪些论文使用 MCTS?", "zh"),
        ("どの論文が MCTS を使いますか", "ja"),
        ("Какие статьи используют MCTS?", "ru"),
        ("어떤 논문이 있나요?", "ko"),
    ],
)
def test_a_language_is_known_by_its_script_or_its_function_words(text, language):
    assert find_language(text) == language


@given(st.text())
def test_any_text_has_a_language(text):
    language = find_language(text)
    assert len(language) == 2
    assert all(word == word.lower() for word in function_words(language))
