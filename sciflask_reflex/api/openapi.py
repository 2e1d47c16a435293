"""The OpenAPI document; each tool's parameters come from the tool, so that nothing is described twice."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from pipeline import tools
from pipeline.toolkit.described import described
from sciflask_reflex.api.problems import ProblemDocument
from sciflask_reflex.http.asgi import PROBLEM_JSON
from sciflask_reflex.identity.cookies import SESSION_COOKIE, cookie_name
from sciflask_reflex.settings import settings

REF = "#/components/schemas/{model}"
OPEN = ("/tools", "/tools/{slug}", "/tools/{slug}/live/{key}/files/{name}", "/tools/{slug}/live/{key}/bundle.zip")
DESCRIPTION = (
    "Everything that the pages do, for programs. Send a token as `Authorization: Bearer sfk_...`. "
    "Ids are opaque; what is not yours does not exist. Errors are problem documents (RFC 9457)."
)


def _tool_parameters(schemas: dict[str, Any]) -> None:
    """Put the schema of every tool's description where an analysis, or a live tool, takes its parameters."""
    choices: dict[str, list[dict[str, str]]] = {"NewAnalysis": [], "LiveRequest": []}
    for tool in tools().values():
        told = described(tool)
        schema = json.loads(json.dumps(told.parameters_schema).replace('"#/$defs/', f'"{REF.format(model="")}'))
        schemas.update(schema.pop("$defs", {}))
        name = tool.model.__name__
        schemas[name] = schema | {"title": f"Parameters of {told.slug}"}
        for body, takes in (("NewAnalysis", bool(told.inputs)), ("LiveRequest", tool.live)):
            choices[body] += [{"$ref": REF.format(model=name)}] if takes else []
    for body, known in choices.items():
        field = schemas[body]["properties"]["parameters"]
        if known:  # anyOf, not oneOf: an empty object, for example, is good for every tool
            schemas[body]["properties"]["parameters"] = {
                "title": "Parameters", "description": field["description"], "anyOf": known, "default": {},
            }  # fmt: skip


def _contact() -> dict[str, str]:
    """Say who runs the site, as far as the operator said so."""
    institution = settings().imprint.file.institution
    said = {"name": institution.name or settings().site_name, "url": institution.url or settings().public_url, "email": settings().contact}
    return {name: value for name, value in said.items() if value}


def _problems(document: dict[str, Any]) -> None:
    """Say of every operation that its errors are problem documents."""
    answer = {
        "description": "A problem document.",
        "content": {PROBLEM_JSON: {"schema": {"$ref": REF.format(model="ProblemDocument")}}},
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = answer
            if path not in OPEN:
                operation["security"] = [{"token": []}, {"cookie": []}]


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    made = get_openapi(title=f"{settings().site_name} API", version="1", description=DESCRIPTION, routes=app.routes)
    made["info"]["contact"] = _contact()
    made["servers"] = [{"url": f"{settings().public_url}/api/v1"}]
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError", "Body"):
        schemas.pop(unused, None)
    schemas["ProblemDocument"] = ProblemDocument.model_json_schema()
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token that begins with sfk_, with the scope read or submit."},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(SESSION_COOKIE),
            "description": "The session of a browser, on the site's own pages.",
        },
    }
    _tool_parameters(schemas)
    _problems(made)
    return made
