"""Addresses of no domain."""

from django.urls import path

from core.ui import views, well_known
from core.ui.service_worker import service_worker

urlpatterns = [
    path("taal", views.set_language, name="set_language"),
    path("taal/<slug:language>.json", views.text_catalogue, name="ui_catalogue"),
    path("manifest.webmanifest", views.web_manifest, name="web_manifest"),
    path("service-worker.js", service_worker, name="service_worker"),
    path(".well-known/security.txt", well_known.security_txt, name="security_txt"),
    path("robots.txt", well_known.robots_txt, name="robots_txt"),
    path("favicon.ico", well_known.icon, name="icon"),
]
