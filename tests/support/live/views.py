"""Small requests for the server tests: people and access, writing, echoing, streaming, tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import transaction
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt

from core.accounts.models import User
from core.events.log import open_streams
from core.live import process
from tests.support.accounts import session_for
from tests.support.live.streams import write


@csrf_exempt
def person(request: HttpRequest) -> JsonResponse:
    """Make an account, or change what it may follow: {"name", "streams", "cases", "active"} -> {"session"}."""
    about = json.loads(request.body)
    open_streams(about["streams"].split())
    with transaction.atomic():
        user, _new = User.objects.update_or_create(
            username=about["name"],
            defaults={
                "first_name": about["streams"],
                "last_name": about.get("cases", ""),
                "is_active": about.get("active", True),
            },
        )
        transaction.on_commit(process.recheck)
    return JsonResponse({"session": session_for(user, second_factor=about.get("second_factor", True))})


@csrf_exempt
def report(request: HttpRequest) -> JsonResponse:
    """Write {"events": n, "streams": […], "mark"}, each event in a transaction of its own."""
    wanted = json.loads(request.body)
    for count in range(wanted.get("events", 1)):
        with transaction.atomic():
            write(wanted["streams"], mark=f"{wanted.get('mark', 'http')}-{count}")
    return JsonResponse({}, status=201)


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
