"""Residents' pages: what everybody sees of initiatives, beginning one, and the group's own side. All work without
JavaScript. Each part adds its `urlpatterns`; the list and the page of one initiative come last, for any word may be its
slug.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from participation.initiatives.pages import (
    code_letters,
    comments,
    diary,
    fairness,
    feeds,
    group,
    helping,
    joining,
    looking_back,
    partners,
    plan_steps,
    public,
    starting,
    support,
    talking_with_coach,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *feeds.urlpatterns,
    *starting.urlpatterns,
    *plan_steps.urlpatterns,
    *joining.urlpatterns,
    *group.urlpatterns,
    *talking_with_coach.urlpatterns,
    *support.urlpatterns,
    *code_letters.urlpatterns,
    *comments.urlpatterns,
    *diary.urlpatterns,
    *helping.urlpatterns,
    *looking_back.urlpatterns,
    *partners.urlpatterns,
    *fairness.urlpatterns,
    *public.urlpatterns,
]
