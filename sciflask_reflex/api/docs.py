"""``/docs``: the OpenAPI document as one plain page. No script, no third party, readable without both."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.7rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
details{border:1px solid var(--line);border-radius:.5rem;margin:.6rem 0;padding:.2rem .9rem}
summary{cursor:pointer;padding:.45rem 0;overflow-wrap:anywhere}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:var(--soft);border-radius:.4rem;padding:.8rem;overflow-x:auto}
.verb{display:inline-block;min-width:4.2rem;font-weight:700}
table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
"""
CODE = re.compile(r"`([^`]+)`")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
EXAMPLE = """curl -H "Authorization: Bearer $TOKEN" -F file=@genes.csv {api}/uploads
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
     -d '{{"tool": "correlation", "name": "My study", "inputs": {{"dataset1": "UPLOAD_ID"}}}}' {api}/studies
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "Idempotency-Key: run-1" \\
     -d '{{"name": "First look", "parameters": {{"alpha": 0.05}}}}' {api}/studies/STUDY_ID/analyses
curl -H "Authorization: Bearer $TOKEN" -N {api}/analyses/ANALYSIS_ID/events
curl -H "Authorization: Bearer $TOKEN" -OJ {api}/analyses/ANALYSIS_ID/bundle.zip"""


def _prose(text: str) -> str:
    """Return a text with its `code` marked as such."""
    return CODE.sub(r"<code>\1</code>", escape(text))


def _type(schema: dict[str, Any]) -> str:
    """Say a schema's type in a few words, with links to the schemas it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            return " or ".join(_type(part) for part in schema[key])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    extra = schema.get("additionalProperties")
    inner = f" of {_type(extra)}" if isinstance(extra, dict) and extra else ""
    return escape(str(schema.get("type", "any"))) + inner


def _bounds(schema: dict[str, Any]) -> str:
    words = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<", "maxLength": "length ≤"}
    return ", ".join(f"{sign} {schema[key]}" for key, sign in words.items() if key in schema)


def _properties(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = []
    for name, part in schema.get("properties", {}).items():
        notes = "; ".join(
            filter(
                None, (_bounds(part), f"default {part['default']!r}" if "default" in part else "", "required" if name in required else "")
            )
        )
        rows.append(
            f"<tr><td><code>{escape(name)}</code></td><td>{_type(part)}</td><td>{escape(part.get('description', ''))} {escape(notes)}</td></tr>"
        )
    return f"<table><tr><th>Field</th><th>Type</th><th>Meaning</th></tr>{''.join(rows)}</table>" if rows else ""


def _content(title: str, content: dict[str, Any]) -> str:
    kinds = "; ".join(f"<code>{escape(kind)}</code> {_type(body.get('schema', {}))}" for kind, body in content.items())
    return f"<p>{title}: {kinds}</p>" if kinds else ""


def _operation(path: str, verb: str, operation: dict[str, Any]) -> str:
    inputs = [
        f"<li><code>{escape(p['name'])}</code> ({p['in']}): {escape(p.get('description', ''))}</li>"
        for p in operation.get("parameters", ())
    ]
    answers = [
        f"<li><code>{escape(status)}</code> {'; '.join(_type(b.get('schema', {})) for b in answer.get('content', {}).values())}</li>"
        for status, answer in operation["responses"].items()
    ]
    words = operation.get("description", "").partition(".")[0]
    summary = f'<span class="verb">{verb.upper()}</span> <code>{escape(path)}</code> · {_prose(words)}'
    return (
        f"<details><summary>{summary}</summary><p>{_prose(operation.get('description', ''))}</p>"
        f"{'<ul>' + ''.join(inputs) + '</ul>' if inputs else ''}"
        f"{_content('Body', operation.get('requestBody', {}).get('content', {}))}<p>Answers</p><ul>{''.join(answers)}</ul></details>"
    )


def _sections(document: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            by_tag.setdefault((operation.get("tags") or ["other"])[0], []).append(_operation(path, verb, operation))
    for tag, parts in by_tag.items():
        yield f"<h2>{escape(tag.capitalize())}</h2>{''.join(parts)}"


def _whose(contact: dict[str, str]) -> str:
    """Name who runs the site, and where questions go."""
    if not contact:
        return ""
    name = f'<a href="{escape(contact.get("url", "/"))}">{escape(contact["name"])}</a>'
    mail = contact.get("email", "")
    questions = f' Questions? Write to <a href="mailto:{escape(mail)}">{escape(mail)}</a>.' if mail else ""
    return f"<p>{name}.{questions}</p>"


def page(document: dict[str, Any]) -> str:
    """Return the documentation of an OpenAPI document as one page."""
    title = escape(document["info"]["title"])
    example = escape(EXAMPLE.format(api=document["servers"][0]["url"]))
    schemas = "".join(
        f'<details id="schema-{escape(name)}"><summary><code>{escape(name)}</code> {escape(schema.get("description", ""))}</summary>{_properties(schema)}</details>'
        for name, schema in sorted(document["components"]["schemas"].items())
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1><p>{_prose(document['info']['description'])}</p>{_whose(document['info'].get('contact', {}))}"
        f'<p>Machine-readable: <a href="openapi.json">openapi.json</a></p><pre>{example}</pre>'
        f"{''.join(_sections(document))}<h2>Schemas</h2>{schemas}</main></body></html>"
    )
