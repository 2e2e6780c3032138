"""What Telegram's Bot API takes, read from aiogram, whose authors generate it from the reference.

    load().findings("sendMessage", {"chat_id": "5"})  ->  ["text: required"]

Parameters may be typed (JSON body) or text (form, query), where all but strings are JSON. Objects
are checked to the bottom. What may be of several types passes when it fits one of them; else the
findings of the nearest are given. A file part is {"__file__": name}.
"""

import datetime
import functools
import json
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SIMPLE: dict[Any, str | None] = {
    int: "Integer",
    str: "String",
    bool: "Boolean",
    float: "Float",
    types.NoneType: None,
    datetime.datetime: "Integer",
    datetime.timedelta: "Integer",
}
PYTHON: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Float": (int, float),
}


@dataclass(frozen=True)
class Field:
    types: tuple[str, ...]
    required: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spec:
    """`methods` by lower-case name, `kinds` by type name; `subtypes` of those that are unions."""

    methods: dict[str, dict[str, Field]]
    kinds: dict[str, dict[str, Field]]
    subtypes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def findings(self, method: str, params: Mapping[str, Any]) -> list[str]:
        fields = self.methods.get(method.lower())
        if fields is None:
            return [f"unknown method {method}"]
        missing = [f"{n}: required" for n, f in fields.items() if f.required and n not in params]
        for name, value in params.items():
            if name in fields:
                missing += self._fits(fields[name].types, value, name, wire=True)
            elif not _is_file(value):
                missing.append(f"{name}: unknown parameter of {method}")
        return missing

    def _fits(self, kinds: Sequence[str], value: Any, path: str, *, wire: bool) -> list[str]:
        found = [self._fits_one(kind, value, path, wire=wire) for kind in kinds]
        return min(found, key=len, default=[f"{path}: no type fits"])

    def _fits_one(self, kind: str, value: Any, path: str, *, wire: bool) -> list[str]:
        if kind == "InputFile":
            return [] if isinstance(value, str) or _is_file(value) else [f"{path}: not a file"]
        if wire and isinstance(value, str) and kind != "String":
            try:
                value = json.loads(value)
            except ValueError:
                return [f"{path}: not JSON for {kind}: {value[:60]!r}"]
        if kind.startswith("Array of "):
            return self._fits_list(kind.removeprefix("Array of "), value, path)
        if kind in self.kinds:
            return self._fits_object(kind, value, path)
        if kind == "Boolean":
            right = isinstance(value, bool)
        else:
            right = isinstance(value, PYTHON.get(kind, ())) and not isinstance(value, bool)
        return [] if right else [f"{path}: not {kind}: {value!r:.60}"]

    def _fits_list(self, kind: str, value: Any, path: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{path}: not an Array: {value!r:.60}"]
        each = enumerate(value)
        return [
            x for i, item in each for x in self._fits_one(kind, item, f"{path}[{i}]", wire=False)
        ]

    def _fits_object(self, kind: str, value: Any, path: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{path}: not {kind}: {value!r:.60}"]
        if kind in self.subtypes:
            return self._fits(self.subtypes[kind], value, path, wire=False)
        fields = self.kinds[kind]
        found = [
            f"{path}.{name}: required in {kind}"
            for name, known in fields.items()
            if known.required and name not in value
        ]
        for name, item in value.items():
            found += self._fits_field(fields.get(name), item, f"{path}.{name}", kind)
        return found

    def _fits_field(self, known: Field | None, item: Any, path: str, kind: str) -> list[str]:
        if known is None:
            return [f"{path}: unknown in {kind}"]
        if known.values and str(item) not in known.values:
            return [f"{path}: {item!r} is not one of {known.values}"]
        return self._fits(known.types, item, path, wire=False)


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and "__file__" in value


@functools.cache
def load() -> Spec:
    """Slow (aiogram is imported): once a run."""
    import aiogram.methods
    import aiogram.types

    methods = {}
    for name in aiogram.methods.__all__:
        kind = getattr(aiogram.methods, name)
        wire_name = getattr(kind, "__api_method__", None)
        if isinstance(wire_name, str):
            methods[wire_name.lower()] = dict(_fields(kind))
    known = [getattr(aiogram.types, name) for name in aiogram.types.__all__]
    models = [k for k in known if isinstance(k, type) and hasattr(k, "model_fields")]
    kinds = {kind.__name__: dict(_fields(kind)) for kind in models}
    children = {
        kind.__name__: tuple(child.__name__ for child in models if kind in child.__bases__)
        for kind in models
        if not kinds[kind.__name__]
    }
    return Spec(methods, kinds, {name: kids for name, kids in children.items() if kids})


def _fields(model: Any) -> Iterator[tuple[str, Field]]:
    for name, known in model.model_fields.items():
        extra = known.json_schema_extra
        if isinstance(extra, dict) and extra.get("deprecated"):
            continue  # kept by aiogram for old code, no longer in the Bot API
        wire = known.serialization_alias or known.alias or name
        values: tuple[str, ...] = ()
        if typing.get_origin(known.annotation) is typing.Literal:
            values = tuple(str(getattr(v, "value", v)) for v in typing.get_args(known.annotation))
        is_method = hasattr(model, "__api_method__")
        needed = known.is_required() or bool(values and not is_method)
        yield wire, Field(tuple(dict.fromkeys(_names(known.annotation))), needed, values)


def _names(annotation: Any) -> list[str]:
    """The type names as the Bot API's reference writes them."""
    if annotation in SIMPLE:
        return [name] if (name := SIMPLE[annotation]) else []
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _names(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return [name for argument in arguments for name in _names(argument)]
    if origin in (list, tuple, Sequence):
        return [f"Array of {name}" for name in _names(arguments[0])]
    if origin is typing.Literal:
        return _names(type(getattr(arguments[0], "value", arguments[0])))
    return _class_names(annotation) if isinstance(annotation, type) else [str(annotation)]


def _class_names(kind: type) -> list[str]:
    from aiogram.client.default import Default
    from aiogram.types import InputFile

    if kind is Default:
        return []  # aiogram's "as the bot is set", never on the wire
    if issubclass(kind, InputFile):
        return ["InputFile"]
    for plain in (bool, int, str, datetime.datetime):
        if issubclass(kind, plain):
            return _names(plain)
    return [kind.__name__]
