"""The words of the languages, read from ``data/content/words/<language>.yaml``."""

from functools import lru_cache
from importlib import resources

import yaml

from data.model.words import Vocabulary, Words


@lru_cache(1)
def vocabulary() -> Vocabulary:
    """The words of all languages. Raises pydantic.ValidationError naming a wrong key."""
    folder = resources.files("data") / "content" / "words"
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return Vocabulary(
        {
            file.name.removesuffix(".yaml"): Words.model_validate(
                yaml.safe_load(file.read_text("utf-8"))
            )
            for file in sorted(files, key=lambda file: file.name)
        }
    )
