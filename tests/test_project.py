"""What the project promises of itself: its documentation, its lock, its budgets."""

import argparse
import ast
import inspect
import io
import re
import statistics
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bot.__main__ import parser
from bot.settings import SECRETS, Settings
from handlers import features
from handlers.features import ROUTES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

# -- the README


def shown(default: object) -> str:
    """A default as the table writes it."""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default is PydanticUndefined:
        return "–"
    if isinstance(default, bool):
        return f"`{int(default)}`"
    return f"`{default}`" if default else "empty"


def test_the_readme_lists_every_setting_with_its_default() -> None:
    section = README.partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", section, re.MULTILINE)
    told = {name: default for name, default, _ in rows}
    fields = {name.upper(): shown(each.default) for name, each in Settings.model_fields.items()}
    fields["WEBHOOK_SECRET"] = "made from the token"  # see Settings.secret
    assert told == fields
    for secret in SECRETS:
        assert f"`{secret}_FILE`" in section


def test_what_the_readme_tells_to_type_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    asked = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", README))
    assert {"demo", "test", "run", "check", "bench"} <= asked
    code = {each for each in asked if f"`make {each}" in README or f"\nmake {each}" in README}
    assert code <= targets
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert targets == set(phony[1].split())
    assert targets - {"help"} == set(re.findall(r'@echo "make ([a-z]+)', MAKEFILE)) | {"clean"}


def commands(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found: dict[str, argparse.ArgumentParser] = {}
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            found.update(action.choices)
    return found


def test_the_readme_lists_every_command_of_the_shell() -> None:
    top = commands(parser())
    for name, command in top.items():
        assert re.search(rf"`[^`]*\b{name}\b[^`]*`", README), name
        for part in commands(command):
            assert re.search(rf"`[^`]*\b{part}\b[^`]*`", README), f"{name} {part}"
    for name in re.findall(r"`python -m bot (\w+)", README):
        assert name in top


def test_the_readme_lists_every_command_of_the_chat() -> None:
    for command in ROUTES.commands:
        if command.listed and not getattr(command, "staff", False):
            assert re.search(rf"`[^`]*/{command.name}\b", README), command.name
            for alias in command.aliases:
                assert f"/{alias}" in README, alias


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_no_link_leads_nowhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    links = [each for each in re.findall(r"\]\(([^)]+)\)", text) if "://" not in each]
    assert [each for each in links if not (ROOT / each.partition("#")[0]).exists()] == []


# -- the lock


def locked() -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each distribution."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    found: dict[str, tuple[str, int]] = {}
    for line in filter(None, text.splitlines()):
        pin = re.match(r"([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==([^\s;]+)", line)
        assert pin, f"no pin: {line[:80]}"
        found[canonicalize_name(pin[1])] = (pin[2], line.count("--hash=sha256:"))
    return found


def test_every_dependency_is_locked_with_hashes() -> None:
    pins = locked()
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    for each in map(Requirement, wanted):
        version, _ = pins[canonicalize_name(each.name)]
        assert each.specifier.contains(version), f"{each} is locked as {version}"
    assert [name for name, (_, hashes) in pins.items() if not hashes] == []


def test_the_lock_names_no_address() -> None:
    """Whoever installs chooses from where."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), re.MULTILINE)


# -- contracts


def test_every_feature_is_held_to_know_no_other() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (held,) = (each["modules"] for each in contracts if each["type"] == "independence")
    modules = [each for each in vars(features).values() if inspect.ismodule(each)]
    assert {each.__name__ for each in modules if hasattr(each, "ROUTES")} <= set(held)


# -- budgets

CODE = ("bot", "handlers", "data", "locales")
MODULE, FUNCTION, MEDIAN, PARAMETERS = 200, 25, 8, 4
VAGUE = {"manager", "helper", "util", "common", "base", "impl", "info", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python(*folders: str) -> list[Path]:
    return [path for each in folders for path in sorted((ROOT / each).rglob("*.py"))]


def code_lines(text: str) -> set[int]:
    """Numbers of the lines that hold code: no blank one, no comment, no docstring."""
    skipped = {
        *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER),
        *(tokenize.INDENT, tokenize.DEDENT),
    }
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def functions() -> Iterator[tuple[str, Function, int]]:
    """Where it stands, the function, and the number of its lines of code."""
    for path in python(*CODE):
        if "migrations" in path.parts:
            continue
        text = path.read_text("utf-8")
        lines = code_lines(text)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function):
                own = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                yield where, node, len(lines & set(own))


def test_lines_of_code_are_counted_as_meant() -> None:
    text = inspect.cleandoc(
        '''
        """A module."""
        # a comment

        X = """two
        lines"""
        """Of X."""


        def f(
            x: int,
        ) -> int:
            """Twice."""
            return x  # itself
        '''
    )
    assert code_lines(text) == {4, 5, 9, 10, 11, 13}


def test_modules_keep_their_budget() -> None:
    sizes = {
        str(path.relative_to(ROOT)): len(code_lines(path.read_text("utf-8")))
        for path in python(*CODE)
        if "migrations" not in path.parts
    }
    assert {path: size for path, size in sizes.items() if size > MODULE} == {}


def test_functions_keep_their_budget() -> None:
    sizes = {where: size for where, _, size in functions()}
    assert {where: size for where, size in sizes.items() if size > FUNCTION} == {}
    assert statistics.median(sizes.values()) < MEDIAN


def test_functions_take_few_parameters() -> None:
    """More only where ruff was told why."""
    found = {}
    for where, node, _ in functions():
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = len([each for each in given if each.arg not in {"self", "cls"}])
        file, line = where.split()[0].split(":")
        told = (ROOT / file).read_text("utf-8").splitlines()[int(line) - 1]
        if count > PARAMETERS and "noqa: PLR0913" not in told:
            found[where] = count
    assert found == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    stems = {path.stem.strip("_").removesuffix("s") for path in python(*CODE, "tests")}
    assert stems & VAGUE == set()


def test_nothing_is_cast() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python(*CODE, "tests")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"cast", "typing.cast", "t.cast"}
    ]
    assert found == []


_NOQA = re.compile(r"#\s*noqa\b(?::\s*(?P<codes>[A-Z]+\d+(?:,\s*[A-Z]+\d+)*))?(?P<reason>.*)")
_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[\w, -]+\])?(?P<reason>.*)")


def unreasoned(text: str) -> list[int]:
    """Lines with a suppression that names no rule or gives no reason."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            for pattern in (_NOQA, _IGNORE):
                match = pattern.search(token.string)
                if match and not (match["codes"] and re.search(r"\w{2}", match["reason"])):
                    found.append(token.start[0])
    return found


@pytest.mark.parametrize(
    ("comment", "fine"),
    [
        ("# noqa", False),
        ("# noqa: S101", False),
        ("# noqa: S101 - the builder was given this class", True),
        ("# noqa: S105, S106 (a pattern)", True),
        ("# type: ignore", False),
        ("# type: ignore[misc]", False),
        ("# type: ignore[misc]  # that is what is tried", True),
        ("# an ordinary remark", True),
    ],
)
def test_a_reason_is_looked_for(comment: str, fine: bool) -> None:
    assert (unreasoned(f"x = 1  {comment}\n") == []) is fine


def test_every_suppression_gives_its_reason() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python(*CODE, "tests")
        for line in unreasoned(path.read_text("utf-8"))
    ]
    assert found == []
