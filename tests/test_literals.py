"""Whatever a person can see stands in the catalogues: the code is read for what escapes Babel."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# -- nothing that Babel does not see


SAYING = {"say": 1, "N_": 1, "count": 2, "term": 2}
"""How many of the first arguments must be literals."""

DECLARED = {"about", "publisher"}
"""What was marked by N_ where it was declared: a Command's or an offer's `about`, a name."""


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
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_saying(node):
            yield node


def is_saying(call: ast.Call) -> bool:
    """`"x".count("y")` and the like take one argument and say nothing."""
    name = called(call)
    return name in SAYING and (name != "count" or len(call.args) > 2)


def unseen(tree: ast.AST) -> list[int]:
    """Lines of what is said but cannot be extracted: no literal, or inside an f-string."""
    lines = [
        call.lineno
        for call in sayings(tree)
        for literal in call.args[: SAYING[called(call)]] or [call]
        if not _is_seen(literal)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            lines += [call.lineno for call in sayings(node)]
        elif isinstance(node, ast.Assign) and _renames(node):
            lines.append(node.lineno)
    return lines


def _is_seen(literal: ast.expr) -> bool:
    match literal:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name in DECLARED
    return False


def _renames(node: ast.Assign) -> bool:
    """`tell = speaker.say`: under another name Babel does not know it."""
    names = {each.id for each in node.targets if isinstance(each, ast.Name)}
    value = node.value
    return (
        isinstance(value, ast.Attribute)
        and value.attr in {"say", "term"}
        and names != {value.attr}
    )


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
    "sub",
    "Outcome",
}
"""Their strings go to the operator's log or are no text."""

FIRST_SHOWN = {"button", "Button", "link", "_to", "to"}
"""Only the first argument of these is shown; the others are names, ids and addresses."""

SHOWN = {"Reply", "lines", "bold", "italic", "escape", "Markup", "format", *FIRST_SHOWN}
"""What is given to these gets to a person's eyes."""

UNSHOWN_FIELDS = {"deed", "press", "url", "start", "menu", "then"}
"""Fields of a Button or a Reply that carry codes."""

CODE = re.compile(
    r"[a-z0-9_.:/-]+|(?:get|set|send|edit|answer|delete)(?:My)?[A-Z]\w*|[A-Z]{2,}"
    r"|[A-Z][a-z]+/[A-Z][A-Za-z_]+"
    r"|(?:&?[a-z_]+=(?:\{\}|true)?&?)+"  # of a form
    r"|(?:change|snooze|announcement|recall|correction|approval) [ .]*"
)
"""One word that is a name in the program, of the Bot API or of a time zone, or a mailing's key."""

ALLOWED = {
    "https://t.me/{}?start={}",  # an address: opened, not read
    "Telegram does not let the bot in: {}",  # for the operator, who looks at the outbox
    "YYYY-MM-DD",  # only its length counts
    *("Name", "ShortDescription", "Description"),  # ends of the Bot API's methods getMy…, setMy…
}


class Reader(ast.NodeVisitor):
    """Collects string constants with words that a person could come to see, with their lines.

    ``shown`` tells that the value of the node goes to a person directly.
    """

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []
        self.shown = False

    def look(self, node: ast.AST | None, shown: bool) -> None:
        if node is not None:
            before, self.shown = self.shown, shown
            self.visit(node)
            self.shown = before

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._judge(node.lineno, node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        values = node.values
        self._judge(
            node.lineno,
            "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in values),
        )
        for value in values:
            if isinstance(value, ast.FormattedValue):
                self.visit(value.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = called(node)
        if name in UNSHOWN_CALLS:
            return
        self.visit(node.func)
        said = SAYING[name] if is_saying(node) else 0
        for place, argument in enumerate(node.args[said:]):
            seen = name in SHOWN and (place == 0 or name not in FIRST_SHOWN)
            self.look(argument, seen)
        for keyword in node.keywords:
            seen = said > 0 or name in SHOWN
            self.look(keyword.value, seen and keyword.arg not in UNSHOWN_FIELDS)

    def visit_Raise(self, node: ast.Raise) -> None:
        """For the operator."""

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # else it is a docstring
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not any(isinstance(each, ast.Name) and each.id == "__all__" for each in node.targets):
            self.look(node.value, shown=False)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.look(node.value, shown=False)

    def visit_arg(self, node: ast.arg) -> None:
        """An annotation is a string only to Python."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._body(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._body(node)

    def _body(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for each in [*node.decorator_list, node.args, *node.body]:
            self.visit(each)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """A key is not shown, nor is the name of a type."""
        self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        for child in (node.left, *node.comparators):
            if not isinstance(child, ast.Constant):
                self.look(child, shown=False)

    def _judge(self, line: int, text: str) -> None:
        words = re.sub(r"<[^<>]*>|\{\w*\}|&\w+;", "", text)
        is_json = words.startswith((',"', '"', "{")) and '":' in words
        is_words = (
            not is_json
            and any(map(str.isalpha, words))
            and (self.shown or not CODE.fullmatch(words))
        )
        if is_words and text not in ALLOWED:
            self.found.append((line, text))


def spoken(tree: ast.Module) -> list[tuple[int, str]]:
    reader = Reader()
    reader.visit(tree)
    return reader.found


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
        'yield "Soon"',
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
