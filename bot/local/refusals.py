"""How the Bot API says no."""


class RefusalError(Exception):
    """A call that is turned down: HTTP status, Telegram's sentence, ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str, **parameters: int) -> RefusalError:
    return RefusalError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> RefusalError:
    return RefusalError(403, f"Forbidden: {reason}")
