"""Content from YAML files into the store, and back into files."""

import asyncio
import datetime as dt
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from data import yamlfiles
from data.model.documents import ContentError, Document, dump, parse
from data.model.links import problems
from data.store.ports import Bodies, Contents, Edit, StaleEditError

PACKAGED = resources.files("data") / "content"
"""The curated content that comes with the program."""


def read(source: Traversable, languages: frozenset[str]) -> tuple[Document, ...]:
    """The documents of a folder of ``*.yaml``, or of one such file, in the order of their names.

    Raises ContentError with one line for each file that cannot be used.
    """
    documents, wrong = [], []
    for file in _files(source):
        try:
            documents.append(_document(file, languages))
        except ContentError as error:
            wrong.append(str(error))
    _refuse(wrong)
    return tuple(documents)


def check(documents: Iterable[Document]) -> None:
    """Raises ContentError with one line for each thing that does not fit together."""
    _refuse(problems(documents))


async def bring_in(
    contents: Contents, documents: Iterable[Document], languages: frozenset[str], edit: Edit
) -> int:
    """Put the documents in the place of their namesakes, or beside the others.

    Tells the number of the version that holds them. Raises ContentError when the whole does not
    fit together, StaleEditError when somebody else published at the same moment.
    """
    new = {each.id: each for each in documents}
    number = await contents.current_version()
    old = (await contents.load(number)).bodies if number else {}
    kept = {key: parse(key, old[key], languages) for key in old.keys() - new.keys()}
    whole = {**kept, **new}
    check(whole[key] for key in sorted(whole))
    return await contents.publish({key: dump(whole[key]) for key in sorted(whole)}, edit, number)


async def publish_packaged(
    contents: Contents, languages: frozenset[str], now: dt.datetime
) -> None:
    """Give an empty store the packaged content. Raises ContentError when that is wrong."""
    if await contents.current_version() is not None:
        return
    edit = Edit("citydays", "the packaged content", now)
    try:
        await bring_in(contents, read(PACKAGED, languages), languages, edit)
    except StaleEditError:
        return  # another process has filled the store meanwhile


async def unseen(contents: Contents, languages: frozenset[str]) -> tuple[str, ...]:
    """The packaged documents that no version has ever held, as after an upgrade of the program;
    what editors have changed since is none of them. Raises ContentError when one is wrong."""
    documents = await asyncio.to_thread(read, PACKAGED, languages)
    return await contents.unseen({each.id: dump(each) for each in documents})


def export(bodies: Bodies, folder: Path) -> None:
    """Write each document to ``<key>.yaml``; ``read`` gives the same documents again.

    Raises OSError when the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for key, body in bodies.items():
        (folder / f"{key}.yaml").write_text(yamlfiles.written(body), "utf-8")


def _files(source: Traversable) -> list[Traversable]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise ContentError(f"{source}: there is no such file or folder")
    files = [each for each in source.iterdir() if each.name.endswith(".yaml") and each.is_file()]
    if not files:
        raise ContentError(f"{source}: there is no .yaml file in it")
    return sorted(files, key=lambda each: each.name)


def _document(file: Traversable, languages: frozenset[str]) -> Document:
    document = parse(file.name, yamlfiles.read(file), languages)
    if file.name != f"{document.id}.yaml":
        raise ContentError(
            f"{file.name}: id: is “{document.id}”; mend it, or name the file {document.id}.yaml"
        )
    return document


def _refuse(wrong: Iterable[str]) -> None:
    if lines := "\n".join(wrong):
        raise ContentError(lines)
