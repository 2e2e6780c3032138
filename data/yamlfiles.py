"""YAML read strictly: what PyYAML would pass over in silence is an error with its line."""

from collections.abc import Hashable, Mapping
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from data.model.documents import ContentError

try:
    from yaml import CSafeDumper as SafeDumper
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML without libyaml does the same, ten times slower
    from yaml import SafeDumper, SafeLoader  # type: ignore[assignment]  # not one type, one use


def read(file: Traversable) -> dict[str, Any]:
    """The mapping in the file. Raises ContentError that names the file and the line."""
    try:
        body = yaml.load(file.read_text("utf-8-sig"), _Loader)  # noqa: S506 - it is a SafeLoader
    except OSError as error:
        raise ContentError(f"{file.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ContentError(f"{file.name}: is not text in UTF-8; save it so") from None
    except yaml.YAMLError as error:
        raise ContentError(f"{file.name}{_told(error)}") from None
    if not isinstance(body, dict):
        raise ContentError(f"{file.name}: must hold keys and values, “type: …” first of all")
    return body


def written(body: Mapping[str, Any]) -> str:
    """In block style, with the order of the keys kept."""
    text: str = yaml.dump(
        dict(body), Dumper=SafeDumper, allow_unicode=True, sort_keys=False, width=99
    )
    return text


DEEPEST = 50
"""Levels of nesting; libyaml would take the process down with its stack at some ten thousand."""


class _Loader(SafeLoader):
    """Refuses keys that stand twice, days that are not in the calendar, bottomless nesting."""

    depth = 0

    def descend_resolver(self, parent: yaml.Node | None, _index: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            mark = parent.start_mark if parent else None
            raise ConstructorError(None, None, "is nested too deeply", mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    problem = f"the key “{key.value}” stands twice; remove one"
                    raise ConstructorError(None, None, problem, key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_day(self, node: yaml.ScalarNode) -> Any:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            problem = f"{node.value} is not in the calendar"
            raise ConstructorError(None, None, problem, node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)


def _told(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f":{error.problem_mark.line + 1}: {error.problem}"
    return f": {str(error).partition(chr(10))[0]}"
