"""The protocol: who asks is known by an API token, on every request; nothing is remembered between two of them."""

import json
from importlib.metadata import version
from typing import Any

import mcp_types as mcp
from anyio import sleep_forever
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pipeline.toolkit import ParameterError
from sciflask_reflex import audit
from sciflask_reflex.agents.acts import Act, act_of
from sciflask_reflex.agents.catalogue import catalogue, schema_of
from sciflask_reflex.api.threads import run
from sciflask_reflex.errors import CheckFailed, Invalid, Refused, SciflaskError
from sciflask_reflex.http.asgi import bearer, client_ip
from sciflask_reflex.identity.acts import actor_of, denied
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.tokens import principal_of_bearer
from sciflask_reflex.settings import settings

PATH = "/mcp"
NEEDED = "Send an API token: 'Authorization: Bearer sfk_...'. The account page of the site makes one."
INSTRUCTIONS = (
    "Scientific analyses on the data of the person who gave you this token. Upload the data with upload_data, run a tool with its run_… "
    "act, ask analysis_status every few seconds until it is done, then read what you need with read_result. Live tools take no data "
    "and answer at once; read_live_result reads their files. Findings of the data check are "
    "for the person: show them. Never change their data to make a check pass without asking."
)
PRINCIPAL = "sciflask_principal"


async def _list(context: Any, params: mcp.PaginatedRequestParams | None) -> mcp.ListToolsResult:
    return mcp.ListToolsResult(tools=catalogue())


async def _call(context: Any, params: mcp.CallToolRequestParams) -> mcp.CallToolResult:
    """Do one act; a refusal is an answer that the model can act upon."""
    request: Request = context.request
    principal: Principal = request.scope[PRINCIPAL]
    given = params.arguments or {}
    with audit.acting(actor_of(principal, bearer(request.scope) or "", client_ip(request.scope))):
        try:
            act = _allowed(params.name, principal, given)
            answer = await run(act, principal.required(), given)
        except ParameterError as refusal:
            return _refusal(refusal)
        except SciflaskError as refusal:
            denied(f"mcp {params.name[:64]}", refusal)
            return _refusal(refusal)
    return mcp.CallToolResult(content=[_text(answer)], structured_content=answer)


def _allowed(name: str, principal: Principal, given: dict[str, Any]) -> Act:
    """Return the act if this token may do it and the arguments are what the model was told they are."""
    scope, act = act_of(name)
    if not principal.may(scope):
        message = f"This token may not do that: it lacks the scope {scope!r}. The person can make another one."
        raise Refused(message)
    if fault := _fault(name, given):
        raise Invalid(fault)
    return act


def _fault(name: str, given: dict[str, Any]) -> str | None:
    """Return what is wrong with the arguments by the schema that the model was shown."""
    wrong = next((each for each in Draft202012Validator(schema_of(name)).iter_errors(given) if not _said_by_tool(each, given)), None)
    if wrong is None:
        return None
    where = ".".join(str(part) for part in wrong.absolute_path)
    return f"{where + ': ' if where else ''}{wrong.message[:300]}"


def _said_by_tool(wrong: ValidationError, given: dict[str, Any]) -> bool:
    """Whether the tool itself says it better, one sentence for each parameter."""
    return list(wrong.absolute_path)[:1] == ["parameters"] and isinstance(given["parameters"], dict)


def _text(answer: dict[str, Any]) -> mcp.TextContent:
    return mcp.TextContent(type="text", text=json.dumps(answer, ensure_ascii=False))


def _refusal(refusal: SciflaskError | ParameterError) -> mcp.CallToolResult:
    """Say why not, with the findings of the data check or a sentence for each field."""
    answer: dict[str, Any] = {"error": refusal.sentence if isinstance(refusal, SciflaskError) else "Some parameters cannot be accepted."}
    if isinstance(refusal, CheckFailed):
        answer["findings"] = [finding.as_dict() for finding in refusal.findings]
    elif isinstance(refusal, Invalid | ParameterError) and refusal.fields:
        answer["fields"] = dict(refusal.fields)
    return mcp.CallToolResult(content=[_text(answer)], structured_content=answer, is_error=True)


class Agents:
    """The application at ``/mcp``. ``run`` is its lifespan: one for the life of a web process."""

    def __init__(self) -> None:
        server: Server[Any] = Server(
            settings().site_name, version=version("sciflask-reflex"), instructions=INSTRUCTIONS, on_list_tools=_list, on_call_tool=_call
        )
        # No session is kept: any web process can answer any request, and a restart costs nothing.
        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True, max_request_body_size=1024 * 1024)

    async def run(self) -> None:
        """Serve until cancelled."""
        async with self._manager.run():
            await sleep_forever()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of whoever holds a token."""
        principal = await run(principal_of_bearer, bearer(scope) or "")
        if not principal.is_somebody:
            await JSONResponse({"error": NEEDED}, 401, {"www-authenticate": "Bearer"})(scope, receive, send)
            return
        await self._manager.handle_request(dict(scope) | {PRINCIPAL: principal}, receive, send)

    def app(self) -> Starlette:
        """Return what is mounted into the site. Without sessions there is nothing to listen to (GET) or to end (DELETE)."""
        return Starlette(routes=[Route(PATH, self, methods=["POST"])])
