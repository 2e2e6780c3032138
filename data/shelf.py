"""Where the Library stands; another one takes its place when a new version is published."""

from data.library import Library
from data.model.documents import ContentError, parse
from data.store.ports import Contents


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
        edition = await self._contents.load()
        try:
            documents = [parse(*each, self._languages) for each in edition.bodies.items()]
        except ContentError as error:
            version = edition.version.number
            raise ContentError(
                f"version {version} of the stored content: {error}; "
                "import the content anew: python -m bot content import"
            ) from None
        self._library = Library.build(edition.version.number, edition.version.created, documents)
        return True
