"""In the back office: how many follow each wijk, and how its next digest looks. Never who follows."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import page_permission_policy

from cms.following.letters import known_language, preview
from cms.following.queries import Wijk, followers_of, wijken_of
from core.notify.mail import render_mail
from core.notify.moments import Frequency


def _wijken_for(user: Any) -> dict[int, Wijk]:
    """Those whose page this account may change, of its municipalities. Three queries for each municipality."""
    model = apps.get_model("cms_wijken.WijkPage")
    own = page_permission_policy.instances_user_has_permission_for(user, "change").values("pk")
    rows = model.objects.live().filter(pk__in=own, area__isnull=False).values_list("area_id", "area__gemeente_id")
    mine = dict(rows)
    found: dict[int, Wijk] = {}
    for gemeente_id in sorted(set(mine.values())):
        found |= {pk: one for pk, one in wijken_of(gemeente_id).items() if pk in mine}
    return found


@require_safe
def followers(request: HttpRequest) -> HttpResponse:
    """GET /beheer/volgers/: numbers for each wijk."""
    wijken = _wijken_for(request.user)
    many = followers_of(wijken)
    return render(request, "cms/following/followers.html", {"rows": [(one, many[pk]) for pk, one in wijken.items()]})


@require_safe
def next_digest(request: HttpRequest, code: str) -> HttpResponse:
    """GET /beheer/volgers/<code>/: the digest as it would go out now; `vaak` says of which frequency."""
    wijk = next((one for one in _wijken_for(request.user).values() if one.area.code == code), None)
    if wijk is None:
        raise Http404
    asked = request.GET.get("vaak", "")
    frequency = asked if asked in Frequency else str(Frequency.WEEKLY)
    context = {"wijk": wijk, "frequency": frequency, "frequencies": Frequency.choices}
    return render(request, "cms/following/next_digest.html", context)


@require_safe
@xframe_options_sameorigin
def digest_itself(request: HttpRequest, code: str) -> HttpResponse:
    """The mail alone, for the frame on that page. Nothing in it runs, and its links lead nowhere."""
    wijk = next((one for one in _wijken_for(request.user).values() if one.area.code == code), None)
    if wijk is None:
        raise Http404
    asked = request.GET.get("vaak", "")
    frequency = asked if asked in Frequency else str(Frequency.WEEKLY)
    language = known_language(translation.get_language() or "")
    context = preview(wijk, frequency=frequency, now=timezone.now())
    if context is None:
        return render(request, "cms/following/no_digest.html")
    mail = render_mail(template="follow_digest", context=context, language=language, gemeente_id=wijk.area.gemeente_id)
    response = HttpResponse(mail.html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' http: https:; sandbox"
    )
    return response


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("volgers/", followers, name="wijk_followers"),
        path("volgers/<str:code>/", next_digest, name="wijk_next_digest"),
        path("volgers/<str:code>/mail/", digest_itself, name="wijk_digest_itself"),
    ]


class FollowersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        model = apps.get_model("cms_wijken.WijkPage")
        own = page_permission_policy.instances_user_has_permission_for(request.user, "change")
        return bool(model.objects.filter(pk__in=own.values("pk")).exists())


@hooks.register("register_reports_menu_item")
def followers_item() -> MenuItem:
    return FollowersItem(_("Followers"), reverse("wijk_followers"), name="followers", icon_name="mail", order=900)
