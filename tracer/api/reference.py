"""The reference page of the API (docs/reference/api.md), made from its own description."""

from collections.abc import Iterator
from typing import Any

_HEAD = """# The API

For machines. `Authorization: Bearer TOKEN`; an administrator makes the token under Intake, or with
`flask --app tracer.app token add`. The whole description, OpenAPI 3.1: `/api/v1/openapi.json`. What cannot be
done is answered as `{status, message, fields}`, with what to do. Made by `tracer.api.reference`.
"""


def markdown(description: dict[str, Any]) -> str:
    """The page."""
    return _HEAD + "".join(_operations(description)) + "".join(_schemas(description))


def _operations(description: dict[str, Any]) -> Iterator[str]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            yield f"\n## {method.upper()} {path}\n\n{operation['summary']}\n\n"
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    yield f"- `?{parameter['name']}=`: {_kind(parameter['schema'])}\n"
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                yield f"- sends `{kind}`: {_kind(content['schema'])}\n"
            for status, answer in sorted(operation["responses"].items()):
                if status != "default" and "$ref" not in answer:
                    kinds = ", ".join(_kind(content["schema"]) for content in answer.get("content", {}).values())
                    yield f"- {status}: {answer['description']} {kinds}\n"


def _schemas(description: dict[str, Any]) -> Iterator[str]:
    for name, schema in sorted(description["components"]["schemas"].items()):
        if name not in {"PaginationMetadata"}:  # flask-smorest's own, which nothing here uses
            yield f"\n## {name}\n\n| field | kind | what |\n|---|---|---|\n"
            for field, about in schema["properties"].items():
                yield f"| `{field}` | {_kind(about)} | {about.get('description', '')} |\n"


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    kind = schema.get("type", "")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({schema['format']})" if "format" in schema else words
