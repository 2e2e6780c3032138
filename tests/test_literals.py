"""Whatever a person can see stands in the catalogues: the code is read for what escapes Babel."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# -- nothing that Babel does not see


SAYING = {"say": 1, "N_": 1, "count": 2, "term": 2}
"""How many of the first arguments must be literals."""

DECLARED = {"about"}
"""Names of what was marked by N_ where it was declared: a Command's or an offer's `about`."""


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def called(node: ast.AST) -> str:
    """The name by which something is called; "" for what is no call of a name."""
    if not isinstance(node, ast.Call):
        return ""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def sayings(tree: ast.AST) -> Iterator[ast.Call]:
    """`"x".count("y")` and the like take one argument and say nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := called(node)) in SAYING:
            if name != "count" or len(node.args) > 2:
                yield node


def unseen(tree: ast.AST) -> list[int]:
    """Lines of what is said but cannot be extracted: no literal, or inside an f-string."""
    lines = [
        call.lineno
        for call in sayings(tree)
        for literal in call.args[: SAYING[called(call)]] or [call]
        if not (isinstance(literal, ast.Constant) and isinstance(literal.value, str))
        and not (isinstance(literal, ast.Name) and literal.id in DECLARED)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            lines += [call.lineno for call in sayings(node)]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            # under another name Babel would not know it
            if node.value.attr in {"say", "term"}:
                names = {each.id for each in node.targets if isinstance(each, ast.Name)}
                lines += [node.lineno] * (names != {node.value.attr})
    return lines


@pytest.mark.parametrize(
    "code",
    [
        'say(f"a {b}")',
        'speaker.say("a" + b)',
        'speaker.say("a %s" % b)',
        'speaker.say("a".format(b))',
        "speaker.say(words)",
        "speaker.say()",
        'speaker.count("{n} day", many, n)',
        'speaker.count(f"{n} day", "{n} days", n)',
        'speaker.term(where, "Help")',
        'N_("a" + "b")',
        """f"{speaker.say('a')}!" """,
        """f"❓ {term('button', 'Help')}" """,
        "tell = speaker.say",
    ],
)
def test_what_babel_would_not_see_is_seen_here(code: str) -> None:
    assert unseen(ast.parse(code.strip()))


@pytest.mark.parametrize(
    "code",
    [
        'speaker.say("a " "b", c=f"{d}")',
        'date.count("-")',
        "speaker.say(about)",
        'say = ask.speaker.say\nsay("a")',
        'speaker.count("{n} day", "{n} days", -days)',
    ],
)
def test_what_babel_sees_is_let_through(code: str) -> None:
    assert unseen(ast.parse(code)) == []


def test_all_that_is_said_is_literal() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in sources("handlers", "locales", "bot")
        for line in unseen(tree)
    ]
    assert found == []


# -- no words but those of the catalogues

UNSHOWN_CALLS = {
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "critical",
    "compile",
    "TypeVar",
}
"""Their strings go to the operator's log or are no text."""

FIRST_SHOWN = {"button", "Button", "link", "_to", "to"}
"""Only the first argument of these is shown; the others are names, ids and addresses."""

SHOWN = {"Reply", "lines", "bold", "italic", "escape", "Markup", "format", *FIRST_SHOWN}
"""What is given to these gets to a person's eyes."""

UNSHOWN_FIELDS = {"press", "url", "start", "menu", "then"}
"""Fields of a Button or a Reply that carry codes."""

CODE = re.compile(r"[a-z0-9_.:/-]+|(?:get|set|send|edit|answer)(?:My)?[A-Z]\w*|[A-Z]{2,}")
"""One word that is a name in the program or of the Bot API."""

ALLOWED = {
    "https://t.me/{}?start={}",  # an address: opened, not read
    *("Name", "ShortDescription", "Description"),  # ends of the Bot API's methods getMy…, setMy…
}


def spoken(tree: ast.Module) -> list[tuple[int, str]]:
    """String constants with words that a person could come to see, with their lines."""
    found: list[tuple[int, str]] = []
    _look(tree, False, found)
    return found


def _look(node: ast.AST, shown: bool, found: list[tuple[int, str]]) -> None:
    """``shown`` tells that the value of the node goes to a person directly."""
    match node:
        case ast.Constant(value=str(text)):
            if _says_something(text, shown):
                found.append((node.lineno, text))
        case ast.JoinedStr(values=values):
            whole = "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in values)
            if _says_something(whole, shown):
                found.append((node.lineno, whole))
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    _look(value.value, shown, found)
        case ast.Call():
            _look_at_call(node, shown, found)
        case ast.Raise():
            pass  # for the operator, and for tests
        case ast.Expr(value=ast.Constant()):
            pass  # a docstring
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            pass
        case ast.Subscript(value=value):
            _look(value, shown, found)  # a key is not shown, nor is the name of a type
        case ast.Compare():
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.Constant):
                    _look(child, False, found)
        case ast.Yield(value=value) if value is not None:
            _look(value, not isinstance(value, ast.Tuple), found)  # paragraphs are no tuples
        case _:
            for child in _children(node):
                _look(child, shown, found)


def _children(node: ast.AST) -> Iterable[ast.AST]:
    """Without annotations, which are strings only to Python."""
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns"}:
            yield from [
                each
                for each in (value if isinstance(value, list) else [value])
                if isinstance(each, ast.AST)
            ]


def _look_at_call(node: ast.Call, shown: bool, found: list[tuple[int, str]]) -> None:
    name = called(node)
    if name in UNSHOWN_CALLS:
        return
    _look(node.func, shown, found)
    skipped = SAYING.get(name, 0) if name != "count" or len(node.args) > 2 else 0
    for place, argument in enumerate(node.args[skipped:]):
        seen = name in SHOWN and (place == 0 or name not in FIRST_SHOWN)
        _look(argument, seen or name in SAYING, found)
    for keyword in node.keywords:
        seen = name in SHOWN | set(SAYING) and keyword.arg not in UNSHOWN_FIELDS
        _look(keyword.value, seen, found)


def _says_something(text: str, shown: bool) -> bool:
    words = re.sub(r"<[^<>]*>|\{\w*\}|&\w+;", "", text)
    if not any(map(str.isalpha, words)) or text in ALLOWED:
        return False
    return shown or not CODE.fullmatch(text.replace("{}", ""))


@pytest.mark.parametrize(
    "code",
    [
        'Reply(("Hello",))',
        'Reply(("hello",))',
        'Reply((), toast="done")',
        'Button("help", press="1.help")',
        'button("❓ Help", "help")',
        'button("help", "help")',
        'lines("a", speaker.say("b"))',
        'bold("news")',
        'Markup("<b>news</b>")',
        'Markup("{} years").format(n)',
        'Markup("{}").format("years")',
        'words = "in the town"',
        'words = f"{n} days"',
        'return f"in {n}"',
        'yield "soon"',
        'MARK = {"ceremony": "Ceremony"}',
        'speaker.say("{name} came", name="somebody")',
        'Reply((bold("ok" if fine else "bad"),))',
        'term("button", "Help") + " please"',
        '"Привет"',
        'words = "привет"',
        'label = "Kömək"',
    ],
)
def test_words_outside_the_catalogues_are_seen(code: str) -> None:
    tree = ast.parse(
        f"def feature():\n    pass\n    x = ({code})"
        if code[0] == '"'
        else f"def feature():\n    {code}"
    )
    assert spoken(tree)


@pytest.mark.parametrize(
    "code",
    [
        '"A docstring."',
        'Reply((speaker.say("Hello"),), toast=speaker.term("button", "Help"))',
        'button("❓ " + speaker.term("button", "Help"), "help")',
        'button("⬅️", "d", "o", page - 1)',
        'Button(label, start=f"p_{day.id}")',
        'Markup("<i>{}</i>").format(words)',
        'log.warning("the menu was not set: %s", error)',
        'raise ValueError("no button can carry this")',
        'call(bot, "sendMessage", parse_mode="HTML")',
        'if kind == "private": pass',
        'wanted(ask, services, "p")',
        'value: "Speaker" = given["key"]',
    ],
)
def test_what_is_no_text_is_let_through(code: str) -> None:
    assert spoken(ast.parse(f"def feature():\n    {code}")) == []


def test_no_text_stands_outside_the_catalogues() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path, tree in sources("handlers")
        for line, text in spoken(tree)
    ]
    assert found == []
