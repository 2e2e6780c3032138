"""Free questions answered: a composer an intent, from the facts of the Library."""

from handlers.answers.answering import Answer, Answerer

__all__ = ["Answer", "Answerer"]
