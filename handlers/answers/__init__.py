"""Free questions answered: one composer an intent, from the facts of the Library with their sources."""

from handlers.answers.answering import Answer, Answerer

__all__ = ["Answer", "Answerer"]
