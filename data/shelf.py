"""Where the Library stands; another one takes its place when a new version is published."""

from datetime import datetime

from data.library import Library
from data.model.documents import ContentError, parse
from data.store.ports import Contents, Edition


class Shelf:
    """Holds the newest Library. Take it once a question: the next may find another one."""

    def __init__(self, contents: Contents, languages: frozenset[str]) -> None:
        self._contents = contents
        self._languages = languages
        self._library: Library | None = None

    @property
    def library(self) -> Library:
        if self._library is None:
            raise RuntimeError("refresh the shelf before the first question")
        return self._library

    async def refresh(self) -> bool:
        """Whether another version was put up; one cheap read when there is none.

        Raises UnknownVersionError while nothing is published, and ContentError for content that
        this program cannot read; the Library that stands there stays.
        """
        if self._library and self._library.version == await self._contents.current_version():
            return False
        self._library = self._read(await self._contents.load())
        return True

    async def since(self, moment: datetime) -> tuple[Library, ...]:
        """The Library of that moment and all after it, oldest first; the last is the current one.

        Raises ContentError as ``refresh`` does.
        """
        found = [self.library]
        while found[0].published > moment and found[0].version > 1:
            found.insert(0, self._read(await self._contents.load(found[0].version - 1)))
        return tuple(found)

    def _read(self, edition: Edition) -> Library:
        try:
            documents = [parse(*each, self._languages) for each in edition.bodies.items()]
        except ContentError as error:
            version = edition.version.number
            raise ContentError(
                f"version {version} of the stored content: {error}; "
                "import the content anew: python -m bot content import"
            ) from None
        return Library.build(edition.version.number, edition.version.created, documents)
