from django.urls import path

from core.live.health import alive, ready
from tests.support.live.views import echo, report, stream

urlpatterns = [
    path("healthz", alive),
    path("readyz", ready),
    path("report", report),
    path("echo", echo),
    path("stream", stream),
]
