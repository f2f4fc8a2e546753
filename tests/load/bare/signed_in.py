"""The least Django can do for somebody signed in: a DRF view behind session and account that answers nothing.

What `tests/load/inbox.py` puts beside the inbox: the same server, bridge, sessions and accounts, on the same database.
"""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.bare.signed_in_settings"
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from core.live.http import Bodies, WsgiBridge  # noqa: E402


class NothingView(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [path("", NothingView.as_view()), path("healthz", lambda _request: HttpResponse())]
application = WsgiBridge(WSGIHandler(), threads=settings.HTTP_THREADS, bodies=Bodies(1_000_000, {}))
