"""What the bot understands: words by language and the rules of the intents, as data files."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from data import yamlfiles
from data.model.questions.intents import Intents
from data.model.questions.lexicon import Lexicon
from data.model.words import Vocabulary, Words

_CONTENT = resources.files("data") / "content"


@lru_cache(1)
def vocabulary() -> Vocabulary:
    """The words of all languages. Raises pydantic.ValidationError naming a wrong key."""
    return Vocabulary(_words())


@lru_cache(1)
def lexicon() -> Lexicon:
    """The clues of all languages."""
    vocabulary()
    made = Lexicon(_words())
    _words.cache_clear()  # a megabyte that nobody reads again
    return made


@lru_cache(1)
def intents() -> Intents:
    return Intents(yamlfiles.read(_CONTENT / "questions" / "intents.yaml"))


@lru_cache(1)
def _words() -> Mapping[str, Words]:
    folder = _CONTENT / "words"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {
        file.name.removesuffix(".yaml"): Words.model_validate(yamlfiles.read(file))
        for file in files
        if file.name.endswith(".yaml")
    }
