from django.urls import path

from core.live.health import alive, ready
from tests.support.live.views import echo, person, report, stream

urlpatterns = [
    path("healthz", alive),
    path("readyz", ready),
    path("person", person),
    path("report", report),
    path("echo", echo),
    path("echo/é", echo),
    path("stream", stream),
]
