"""What was held and the words that hold a report, in the back office (`/beheer/`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from core.areas.admin import OwnGemeentePolicy
from core.areas.queries import tree
from core.errors import DomainError, NotFound
from core.media.urls import photo_url
from core.places.spot import spot_map
from core.ui.languages import own_name
from participation.cases.looking import ONE_LOOK, log_looks_before
from participation.organisations.admin import NOTHING, SetUpViewSet
from participation.organisations.forms import OwnForm
from participation.reports import holding
from participation.reports.held import in_words, is_confidential, label_of
from participation.reports.models import Held
from participation.routing.queries import config
from participation.routing.wording import words_of
from participation.texts.models import BlockedWord

POLICIES = {
    BlockedWord: OwnGemeentePolicy(BlockedWord, never=NOTHING, superusers=NOTHING),
    Held: OwnGemeentePolicy(Held, never=frozenset({"add", "delete"}), superusers=frozenset()),
}
PAGE = 25
DEEDS: dict[str, tuple[Callable[..., object], str]] = {
    "release": (holding.release, "reports.release"),
    "refuse": (holding.refuse, "reports.refuse"),
    "take-back": (lambda pk, **_who: holding.take_back(pk), "reports.take_back"),
}
"""What may be done with one: how, and as what it is logged."""
LOOK = "reports.look"
"""As what it is logged that somebody looked at a report about a confidential subject."""


def may_look(user: Any) -> bool:
    return POLICIES[Held].user_has_any_permission(user, ["change"])


def own(user: Any) -> QuerySet[Held]:
    """What this person may decide about: of their own municipality."""
    rows: QuerySet[Held] = POLICIES[Held].instances_user_has_any_permission_for(user, ["change"])
    return rows


class HeldItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_look(request.user)


class HeldViewSet(ViewSet):
    """The queue: what waits and why, and what was decided in the last thirty days."""

    name = "held-reports"
    icon = "warning"
    menu_label = gettext_lazy("Held reports")
    menu_item_class = HeldItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", require_safe(self.page), name="index"),
            path("decide/", require_POST(self.decide), name="decide"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        if not may_look(request.user):
            raise PermissionDenied
        state = request.GET.get("state", "")
        state = state if state in Held.State.values else Held.State.WAITING.value
        rows = own(request.user).filter(state=state).select_related("decided_by").prefetch_related("photos")
        order = "created_at" if state == Held.State.WAITING else "-decided_at"
        shown = Paginator(rows.order_by(order, "pk"), PAGE).get_page(request.GET.get("p"))
        states = [(one.value, one.label, own(request.user).filter(state=one).count()) for one in Held.State]
        context = {
            "page_title": self.menu_label,
            "page": shown,
            "rows": [_row(one, _may_read(one, request)) for one in shown],
            "state": state,
            "states": states,
        }
        return render(request, "reports/held_admin.html", context)

    def decide(self, request: HttpRequest) -> HttpResponse:
        """One deed with one or several; each stands by itself and is logged with who did it."""
        if not may_look(request.user):
            raise PermissionDenied
        deed, _colon, single = request.POST.get("deed", "").partition(":")
        do, name = DEEDS.get(deed, (None, ""))
        wanted = [single] if single else request.POST.getlist("held")[:PAGE]
        ids = list(
            own(request.user)
            .filter(pk__in=[pk for pk in wanted if pk.isdecimal() and len(pk) < 18])
            .values_list("pk", flat=True)
        )
        if do is None or not ids:
            messages.error(request, _("Choose one or more reports first."))
            return redirect("held-reports:index")
        done: list[int] = []
        for pk in sorted(ids):
            try:
                do(pk, by=request.user.pk, now=timezone.now())
            except NotFound:
                continue
            except DomainError as refusal:
                messages.error(request, str(refusal.message))
                continue
            held = Held.objects.get(pk=pk)
            log(instance=held, action=name, user=request.user)
            if deed == "release":
                log_looks_before(held.reference, [(one.user_id, one.timestamp) for one in _looks(held)])
            done.append(pk)
        if done:
            _tell(request, deed, done)
        return redirect(f"{reverse('held-reports:index')}?state={request.POST.get('state', 'waiting')[:12]}")


def _tell(request: HttpRequest, deed: str, done: list[int]) -> None:
    n = {"count": len(done)}
    words = {
        "release": ngettext(
            "Released: it is with a team now.", "Released %(count)d: they are with a team now.", len(done)
        ),
        "refuse": ngettext(
            "Refused. You can take this back for 30 days.",
            "Refused %(count)d. You can take this back for 30 days.",
            len(done),
        ),
        "take-back": ngettext("It waits again.", "%(count)d wait again.", len(done)),
    }[deed] % n
    if deed == "refuse":
        where = f"{reverse('held-reports:index')}?state=refused"
        words = format_html('{} <a href="{}">{}</a>', words, where, _("Show what was refused"))
    messages.success(request, words)


def _looks(held: Held) -> QuerySet[ModelLogEntry]:
    return ModelLogEntry.objects.for_instance(held).filter(action=LOOK, user__isnull=False)


def _may_read(held: Held, request: HttpRequest) -> bool:
    """What is about a confidential subject is shown one by one to who asks for it, and that is written down."""
    if not is_confidential(held):
        return True
    if request.GET.get("look") != str(held.pk):
        return False
    if not _looks(held).filter(user=request.user, timestamp__gt=timezone.now() - ONE_LOOK).exists():
        log(instance=held, action=LOOK, user=request.user)
    return True


def _row(held: Held, readable: bool) -> dict[str, Any]:
    if not readable:
        return {"held": held, "label": label_of(held), "closed": True, "reasons": in_words(held.reasons)}
    content = held.content or {}
    area = tree().by_id.get(content.get("area", 0))
    contact = content.get("contact") or {}
    category = config(held.gemeente_id).category(content.get("about", ""))
    return {
        "held": held,
        "label": label_of(held),
        "text": content.get("text", ""),
        "address": content.get("address", ""),
        "category": words_of(category).name if category else "",
        "language": own_name(content["language"]) if content else "",
        "area": area.name if area else "",
        "spot": spot_map(content["lon"], content["lat"]) if content else None,
        "answers": content.get("worded", []),
        "reachable": any(contact.values()),
        "reasons": in_words(held.reasons),
        "photos": [photo_url(photo.pk, "thumb") for photo in held.photos.all()],
    }


class BlockedWordViewSet(SetUpViewSet):
    model = BlockedWord
    name = "blocked-words"
    icon = "no-view"
    list_display = ["phrase", "deed", BooleanColumn("is_active", label=gettext_lazy("In use"), sort_key="is_active")]
    list_filter = ["deed", "is_active"]
    search_fields = ["phrase"]
    edit_handler = ObjectList(
        [FieldPanel("gemeente"), FieldPanel("phrase"), FieldRowPanel([FieldPanel("deed"), FieldPanel("is_active")])],
        base_form_class=OwnForm,
    )


class SafetyGroup(ViewSetGroup):
    """The menu "Safety"."""

    menu_label = gettext_lazy("Safety")
    menu_icon = "lock"
    menu_name = "safety"
    items = (HeldViewSet, BlockedWordViewSet)


class WaitingPanel(Component):
    """On the first page of the back office: how many wait, and since when."""

    name = "held_reports"
    template_name = "reports/held_panel.html"
    order = 50

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        rows = own(parent_context["request"].user).filter(state=Held.State.WAITING)
        oldest = rows.order_by("created_at").values_list("created_at", flat=True).first()
        return {"count": rows.count(), "oldest": oldest, "url": reverse("held-reports:index")}


def show_waiting(request: HttpRequest, panels: list[Any]) -> None:
    if may_look(request.user) and own(request.user).filter(state=Held.State.WAITING).exists():
        panels.append(WaitingPanel())


def register_actions(actions: Any) -> None:
    """How Wagtail's history calls what was decided."""
    actions.register_action(
        LOOK, gettext_lazy("Look"), gettext_lazy("Looked at what was sent about a confidential subject")
    )
    actions.register_action("reports.release", gettext_lazy("Release"), gettext_lazy("Released to the team"))
    actions.register_action("reports.refuse", gettext_lazy("Refuse"), gettext_lazy("Refused"))
    actions.register_action("reports.take_back", gettext_lazy("Take back"), gettext_lazy("Refusal taken back"))
