"""Proposed small wins in the back office: make the draft, not this one, put it back. The pages show what waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, NotFound
from participation.cases import actions
from participation.organisations.access import actor_for


def win_urls() -> list[URLPattern]:
    return [path("small-wins/<int:case_id>/", require_POST(_decide), name="small_win_decide")]


def _decide(request: HttpRequest, case_id: int) -> HttpResponse:
    """`deed` is make, dismiss or restore. An editor's rights over the page of the wijk decide."""
    now, user = timezone.now(), request.user
    try:
        match request.POST.get("deed"):
            case "make":
                win = actions.draft_proposed_win(case_id=case_id, user=user, actor=_doer(user), now=now)
                for one in win.warnings:
                    messages.warning(request, one)
                messages.success(request, _("The draft is there: “%(title)s”.") % {"title": win.title})
                if win.edit_url:
                    return redirect(win.edit_url)
            case "dismiss":
                actions.dismiss_win(case_id=case_id, user=user, now=now)
                messages.success(request, _("Not this one. You can still put it back."))
            case "restore":
                actions.propose_again(case_id=case_id, user=user)
                messages.success(request, _("The proposal is back."))
    except NotFound:
        messages.error(request, _("This proposal is no longer there."))
    except Conflict as refusal:
        messages.error(request, str(refusal.message))
    return redirect("wagtailadmin_home")


def _doer(user: Any) -> Actor:
    """An editor may be no professional: then it is done for them."""
    return actor_for(user) or replace(SYSTEM, user_id=user.pk)
