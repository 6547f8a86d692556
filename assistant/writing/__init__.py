"""Evidence -> a draft of the answer: by the language model, or from the papers' own sentences."""
