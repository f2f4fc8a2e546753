"""Small requests for the server tests: one that writes, one that answers what it got, one that streams."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from tests.support.live.streams import write


@csrf_exempt
def report(request: HttpRequest) -> JsonResponse:
    """One event in the stream that the body names, in its own transaction."""
    with transaction.atomic():
        write([request.body.decode()], mark="http")
    return JsonResponse({"at": timezone.now().timestamp()}, status=201)


@csrf_exempt
def echo(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {
            "method": request.method,
            "path": request.path,
            "query": request.META["QUERY_STRING"],
            "size": len(request.body),
            "address": request.META["REMOTE_ADDR"],
            "forwarded": request.headers.get("X-Forwarded-For"),
            "cookies": request.COOKIES,
        }
    )


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        for _number in range(int(request.GET.get("pieces", "3"))):
            yield b"x" * 100_000

    return StreamingHttpResponse(pieces(), content_type="text/plain")
