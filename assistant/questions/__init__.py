"""What is asked: kind, topic, conditions, papers named, follow-ups made standalone. No model is needed here.

Knows: how people word questions. Does not know: the papers' contents (it asks the lexicon), scores, models.
"""

from assistant.questions.reading import QuestionReader

__all__ = ["QuestionReader"]
