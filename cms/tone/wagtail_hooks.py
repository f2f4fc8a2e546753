"""Puts the tone helper in the back office: its panel in the page editor, its words in the menu."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from cms.tone import views
from cms.tone.admin import POLICY, ToneGroup
from cms.tone.models import ToneWord
from cms.tone.panel import SitePageViewSet

register_permission_policy(ToneWord, POLICY)
hooks.register("register_admin_viewset", ToneGroup)
hooks.register("register_admin_viewset", SitePageViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("toon/<int:page_id>/", views.edit, name="tone_edit"),
        path("toon/onder/<int:page_id>/", views.add, name="tone_add"),
    ]
