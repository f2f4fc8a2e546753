"""What somebody typed while nobody was signed in (any more), kept until they are back on that page.

It stays with the session of the browser, on this side: nothing of it in an address. A code is never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.throttles import check_throttle
from core.errors import DomainError
from core.media.actions import store_upload

SLOT = "typed-before-sign-in"
"""In the session: {path: {"fields": {name: [text]}, "at": moment}}."""
KEPT_FOR = timedelta(hours=2)
MOST_PAGES = 3
MOST_SIGNS = 60_000
"""Of all that one form holds; longer than any of our forms may say."""
MOST_PHOTOS = 5
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "code"})


def keep_typed(request: HttpRequest, page: str) -> None:
    """Keep what this POST says for `page` (a path), with the photos that came along, as `photo`."""
    fields = {name: list(said) for name, said in request.POST.lists() if name not in NOT_TYPED}
    if sum(len(text) for said in fields.values() for text in said) > MOST_SIGNS:
        return
    for file in request.FILES.getlist("photos")[:MOST_PHOTOS]:
        try:
            check_throttle(request, "upload")
            fields.setdefault("photo", []).append(str(store_upload(file=file, now=timezone.now()).photo.pk))
        except DomainError:
            continue
    there = dict(request.session.get(SLOT, {}))
    there.pop(page, None)
    there[page] = {"fields": fields, "at": timezone.now().isoformat()}
    request.session[SLOT] = dict(list(there.items())[-MOST_PAGES:])


def needs_account(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of professionals; who is not signed in (any more) does so first. What they typed is kept, if the page
    shows it (`typed_in`). Not for ballots, or anything else that is not to be stored: there `login_required`."""

    @wraps(view)
    def signed_in_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            keep_typed(request, request.path)
            if kept_for(request, request.path) is not None:
                words = "You were not signed in (any more). What you typed is kept: after signing in you go on with it."
                messages.info(request, _(words))
        return redirect_to_login(request.get_full_path())

    return signed_in_only


def kept_for(request: HttpRequest, page: str) -> QueryDict | None:
    """What was kept for this page (a path, with or without its query), as a form says it; None: nothing."""
    there: Mapping[str, Any] | None = request.session.get(SLOT, {}).get(urlsplit(page).path)
    if there is None or datetime.fromisoformat(there["at"]) < timezone.now() - KEPT_FOR:
        return None
    found = QueryDict(mutable=True)
    for name, said in there["fields"].items():
        found.setlist(name, said)
    return found


def typed_in(request: HttpRequest) -> QueryDict:
    """What stands in the forms of this page and is not saved yet: what this POST says (which takes the place of what
    was kept), else what was kept."""
    if request.method != "POST":
        return kept_for(request, request.path) or QueryDict()
    forget_typed(request, request.path)
    return request.POST


def forget_typed(request: HttpRequest, page: str = "") -> None:
    """Of one page, or of all."""
    there = request.session.get(SLOT)
    if there and (not page or page in there):
        request.session[SLOT] = {path: one for path, one in there.items() if page and path != page}
