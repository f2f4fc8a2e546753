"""The OpenAPI 3.1 document at `/api/v1/openapi.json`, made from the views and checked against NL API Design Rules 2.2.

Views say what is theirs with `@extend_schema`; what holds for every operation (the API-Version header, the
problem documents and when they come, operation ids) is added here.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core.api.errors import EXPLANATIONS, MEDIA_TYPE

PREFIX = "/api/v1"
CONDITIONAL = "If-Match"

VERSION_HEADER = {
    "description": "The full version of this API.",
    "required": True,
    "schema": {"type": "string", "examples": [settings.API_VERSION]},
}
RETRY_HEADER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
ALLOW_HEADER = {"description": "What this address does.", "schema": {"type": "string"}}
SIGN_IN_HEADER = {"description": "How to sign in.", "schema": {"type": "string"}}
PROBLEM = {
    "type": "object",
    "description": "What went wrong and what you can do about it (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable; for machines."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "For people, in their language."},
        "errors": {
            "type": "array",
            "description": "Everything that is wrong, at once.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "description": "Dotted path, such as `contact.email` or `photos.2`."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "reference": {"type": "string", "description": "Mention this when you ask us about a failure."},
    },
    "additionalProperties": True,
}

KEYSET_PARAMETERS = [
    OpenApiParameter("cursor", {"type": "string"}, description="Where to go on: taken from `next`."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
]
"""For `@extend_schema(parameters=[*KEYSET_PARAMETERS, …])` on a list that `KeysetPagination` pages."""


class AutoSchema(SpectacularAutoSchema):
    """One operation, with the answers every operation can give."""

    def get_operation_id(self) -> str:
        """`GET /cases/{reference}/events` is `getCasesByReferenceEvents`: unique and stable, as paths are."""
        words = [self.method.lower()]
        for segment in self.path.removeprefix(PREFIX).strip("/").split("/"):
            if name := re.fullmatch(r"\{(\w+)\}", segment):
                words += ["by", *name[1].split("_")]
            else:
                words += re.split(r"[^a-zA-Z0-9]+", segment)
        return words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        """App and class: `CaseView.Body` of participation.cases is `CasesCaseViewBody`, whoever else has a Body."""
        kind = type(serializer)
        app, _dot, _file = kind.__module__.rpartition(".")
        return app.rpartition(".")[2].title().replace("_", "") + "".join(kind.__qualname__.split("."))

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        responses = operation["responses"]
        for status in self._refusals(operation):
            responses.setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
        for status, answer in responses.items():
            if "$ref" in answer:
                continue
            answer.setdefault("headers", {})["API-Version"] = {"$ref": "#/components/headers/ApiVersion"}
            if int(status) >= 400:  # documented by the view, for what it says about when
                answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"] = dict(sorted(responses.items()))
        return operation

    def _refusals(self, operation: dict[str, Any]) -> set[int]:
        parameters = operation.get("parameters", [])
        found = {400, 404, 406, 429, 500, 503}
        if (security := operation.get("security")) and {} not in security:
            found |= {401, 403}
        if operation.get("requestBody"):
            found |= {413, 415}
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            found |= {409}
        if any(parameter["in"] == "header" and parameter["name"] == CONDITIONAL for parameter in parameters):
            found |= {412, 428}
        return found


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "core.api.views.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A professional who signed in. Changes need the X-CSRFToken header as well.",
        }


def describe_common_answers(
    result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool
) -> dict[str, Any]:
    """drf-spectacular's last step: the shared components the operations point to."""
    components = result.setdefault("components", {})
    components.setdefault("headers", {})["ApiVersion"] = VERSION_HEADER
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components.setdefault("securitySchemes", {})["trackingToken"] = {
        "type": "http",
        "scheme": "bearer",
        "description": "The token a resident received with the report.",
    }
    answers = components.setdefault("responses", {})
    own_headers = {401: ("WWW-Authenticate", SIGN_IN_HEADER), 405: ("Allow", ALLOW_HEADER)}
    own_headers |= dict.fromkeys((429, 503), ("Retry-After", RETRY_HEADER))
    for status, (_code, title, _detail) in EXPLANATIONS.items():
        headers = {"API-Version": {"$ref": "#/components/headers/ApiVersion"}}
        if status in own_headers:
            name, header = own_headers[status]
            headers[name] = header  # type: ignore[assignment]
        answers[f"Problem{status}"] = {
            "description": str(title),
            "headers": headers,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return result


class _OwnEndpoints(EndpointEnumerator):
    """Only this API: Wagtail's admin has REST views of its own."""

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        return path.startswith(PREFIX + "/") and bool(super().should_include_endpoint(path, callback))


class Generator(SchemaGenerator):
    endpoint_inspector_cls = _OwnEndpoints


def build_document() -> dict[str, Any]:
    """The document, in English, whoever asks first."""
    with translation.override("en"):
        document: dict[str, Any] = Generator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


def page_of(row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The answer of a list that `KeysetPagination` pages, for `@extend_schema(responses=page_of(Row))`."""
    fields = {"results": row(many=True), "next": serializers.URLField(allow_null=True), "__module__": row.__module__}
    return type(f"{row.__name__}Page", (serializers.Serializer,), fields)
