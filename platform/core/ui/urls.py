"""Addresses of no domain."""

from django.urls import path

from core.ui import views

urlpatterns = [
    path("taal", views.set_language, name="set_language"),
    path("taal/<slug:language>.json", views.text_catalogue, name="ui_catalogue"),
    path("manifest.webmanifest", views.web_manifest, name="web_manifest"),
]
