"""Following a wijk (`/volg/`): asking, saying yes, changing and stopping. It works without JavaScript.

Nothing personal stands in an address: private links carry a token, which is swapped for a cookie where it manages
anything, and no GET changes anything.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.following import actions, pushing
from cms.following.choices import Topic
from cms.following.feeds import feed
from cms.following.forms import FollowForm, ManageForm, of_follower
from cms.following.models import Follower
from cms.following.queries import Wijk, topics_on_device, wijk_named, wijken_of
from core.api.client import client_neighbourhood
from core.api.throttles import check_throttle, waiting_time
from core.areas.tenancy import scope_of
from core.errors import NotFound, TooMany
from core.notify.moments import Frequency
from core.notify.push import accept_browser, is_used, public_key

COOKIE, COOKIE_PATH, COOKIE_AGE = "volg", "/volg/", 60 * 24 * 3600
AT_FIRST = (Topic.WINS, Topic.NEWS, Topic.AGENDA)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, name: str = "") -> HttpResponse:
    """The form, with this wijk chosen; sent, the same answer for every address."""
    gemeente_id, wijken = _wijken_here(request)
    wijk = wijk_named(name, wijken) if name else None
    if name and wijk is None:
        raise Http404
    initial = {
        "wijken": [wijk.area.id] if wijk else [],
        "topics": [str(one) for one in AT_FIRST],
        "frequency": str(Frequency.WEEKLY),
        "language": get_language() or settings.LANGUAGE_CODE,
    }
    if request.method != "POST":
        return _show(request, FollowForm(wijken=wijken, initial=initial), wijk)
    form = FollowForm(request.POST, wijken=wijken, initial=initial)
    if not form.is_valid():
        return _show(request, form, wijk)
    check_throttle(request, "follow")
    if (wait := waiting_time("follow-network", client_neighbourhood(request))) is not None:
        raise TooMany(wait)
    email = form.cleaned_data["email"]
    # Above the limit of an address nobody is told so: that would say that others asked for it.
    if waiting_time("follow-address", email.casefold()) is None:
        actions.ask_to_follow(gemeente_id=gemeente_id, email=email, choices=form.choices(), now=timezone.now())
    return redirect("follow_asked")


def _show(request: HttpRequest, form: FollowForm, wijk: Wijk | None) -> HttpResponse:
    context = {"form": form, "wijk": wijk, "push_key": public_key() if wijk else "", "push_topics": pushing.ON_DEVICES}
    return render(request, "cms/following/follow.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    _wijken_here(request)
    return render(request, "cms/following/asked.html", {"hours": int(actions.VALID.total_seconds() // 3600)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the question: a page with what was asked, and a button that says yes."""
    check_throttle(request, "tracking")
    gemeente_id, wijken = _wijken_here(request)
    now = timezone.now()
    try:
        if request.method == "POST":
            manage = actions.confirm(token=token, gemeente_id=gemeente_id, now=now)
            messages.success(request, _("You follow your neighbourhood from now on. You can change it here."))
            return _remember(redirect("follow_manage"), manage)
        wish = actions.wish_of(token, gemeente_id=gemeente_id, now=now)
    except NotFound as refusal:
        return _unknown(request, refusal)
    context = {
        "wijken": [wijken[pk].name for pk in wish.area_ids if pk in wijken],
        "often": Frequency(wish.frequency).label,
        "topics": [Topic(one).label for one in wish.topics if one in Topic],
    }
    # Not "no-referrer" here: a browser would then say of the form that it comes from nowhere.
    return render(request, "cms/following/confirm.html", context)


@never_cache
@require_safe
def open_manage(request: HttpRequest, token: str) -> HttpResponse:
    """The private link: swap the token for a cookie and take it out of the address at once."""
    check_throttle(request, "tracking")
    gemeente_id, _wijken = _wijken_here(request)
    try:
        actions.follower_of(token, gemeente_id=gemeente_id)
    except NotFound as refusal:
        return _unknown(request, refusal)
    response = _private(redirect("follow_manage"))
    return _remember(response, token) if request.method == "GET" else response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest) -> HttpResponse:
    """What one gets, to be changed; `deed` stop erases everything."""
    check_throttle(request, "tracking")
    gemeente_id, wijken = _wijken_here(request)
    token = request.COOKIES.get(COOKIE, "")
    try:
        follower = actions.follower_of(token, gemeente_id=gemeente_id)
    except NotFound as refusal:
        return _unknown(request, refusal)
    if request.method != "POST":
        initial = of_follower(follower, wijken, timezone.localdate())
        return _show_manage(request, ManageForm(wijken=wijken, initial=initial), follower)
    if request.POST.get("deed") == "stop":
        actions.stop(token=token)
        response = redirect("follow_stopped")
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return response
    form = ManageForm(request.POST, wijken=wijken)
    if not form.is_valid():
        return _show_manage(request, form, follower)
    actions.change(token=token, gemeente_id=gemeente_id, choices=form.choices(), pause=form.pause(), now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("follow_manage")


def _show_manage(request: HttpRequest, form: ManageForm, follower: Follower) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "form": form,
        "shown": masked(follower.email),
        "paused": follower.pause_until if follower.pause_until and follower.pause_until >= today else None,
        "next_at": follower.next_at,
    }
    return render(request, "cms/following/manage.html", context, status=400 if form.errors else 200)


@never_cache
@csrf_exempt  # the token is the permission: a mail program sends this by itself, without our cookies (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the bottom of each mail. A POST erases, also a second one; a GET shows the button."""
    check_throttle(request, "tracking")
    if request.method != "POST":
        return _private(render(request, "cms/following/stop.html"))
    actions.stop(token=token)
    response = _private(render(request, "cms/following/stopped.html"))
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response


@never_cache
@require_safe
def stopped(request: HttpRequest) -> HttpResponse:
    return render(request, "cms/following/stopped.html")


@never_cache
@require_POST
def on_device(request: HttpRequest, name: str) -> HttpResponse:
    """A browser that tells of this wijk: `endpoint`, `key`, `secret` as it gives them, and `topics`.

    With `stop` no more of it; with `ask` only what it is told of.
    """
    check_throttle(request, "push")
    _gemeente_id, wijken = _wijken_here(request)
    wijk = wijk_named(name, wijken)
    if wijk is None:
        raise Http404
    given = {field: request.POST.get(field, "").replace("\0", "")[:500] for field in ("endpoint", "key", "secret")}
    if "stop" in request.POST:
        pushing.stop_listening(area_id=wijk.area.id, endpoint=given["endpoint"])
    elif "ask" not in request.POST:
        pushing.listen(
            area_id=wijk.area.id,
            browser=accept_browser(**given),
            topics=request.POST.getlist("topics"),
            language=get_language() or settings.LANGUAGE_CODE,
            now=timezone.now(),
        )
    topics = topics_on_device(given["endpoint"], wijk.area.id)
    return JsonResponse({"topics": topics, "needed": is_used(given["endpoint"])})


def masked(email: str) -> str:
    """Enough to know one's own address by: "a…@example.nl". A forwarded mail tells no more."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _wijken_here(request: HttpRequest) -> tuple[int, dict[int, Wijk]]:
    """The municipality of this host and its wijken; no page where there is no site."""
    gemeente_id = scope_of(request).gemeente_id
    wijken = wijken_of(gemeente_id)
    if gemeente_id is None or not wijken:
        raise Http404
    return gemeente_id, wijken


def _unknown(request: HttpRequest, refusal: NotFound) -> HttpResponse:
    return _private(render(request, "cms/following/unknown.html", {"problem": refusal.message}, status=404))


def _remember(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_AGE,
        path=COOKIE_PATH,
        httponly=True,
        secure=settings.TLS,
        samesite="Lax",
    )
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """The address of the page holds a token, which goes nowhere else."""
    response["Referrer-Policy"] = "no-referrer"
    return response


urlpatterns = [
    path("volg/", follow, name="follow"),
    path("volg/gevraagd/", asked, name="follow_asked"),
    path("volg/bevestigen/<str:token>/", confirm, name="follow_confirm"),
    path("volg/mijn/", manage, name="follow_manage"),
    path("volg/mijn/<str:token>/", open_manage, name="follow_open"),
    path("volg/gestopt/", stopped, name="follow_stopped"),
    path("volg/stop/<str:token>/", stop, name="follow_stop"),
    path("volg/toestel/<str:name>/", on_device, name="follow_device"),
    path("volg/<str:name>/", follow, name="follow_wijk"),
    path("feeds/wijk/<str:code>.atom", feed, name="feed_wijk"),
    path("feeds/wijk/<str:code>/<str:topic>.atom", feed, name="feed_wijk_topic"),
    path("feeds/<str:topic>.atom", feed, name="feed_town"),
]
