"""A municipality's own words, our list beside them, and "try it", in the back office (`/beheer/`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.permissions import page_permission_policy

from cms.tone.lexicon import default_entries, same_phrase
from cms.tone.models import ToneWord
from cms.tone.queries import lexicon_of
from cms.tone.reading import read
from cms.tone.wording import KINDS, in_words, numbers
from core.areas.admin import OwnGemeentePolicy, OwnViewSet
from core.areas.policies import workplace
from participation.organisations.forms import LinesField, OwnForm

POLICY = OwnGemeentePolicy(ToneWord, never=frozenset(), superusers=frozenset())
LONGEST = 10_000
"""Characters to try."""


def may_edit_pages(user: Any) -> bool:
    return bool(page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"}))


class ToneWordForm(OwnForm):
    alternatives = LinesField(label=_("Say instead"), required=False, help_text=_("One per line, at most five."))

    def clean_phrase(self) -> str:
        phrase = " ".join(self.cleaned_data["phrase"].split())
        if not any(one.isalnum() for one in phrase.split()[0]):
            raise forms.ValidationError(_("Begin with a letter."))
        return phrase

    def clean_alternatives(self) -> list[str]:
        return [one[:80] for one in self.cleaned_data["alternatives"][:5]]


class ToneWordCreateView(generic.CreateView):
    """Begins with the values of one of our words when its phrase is in the address."""

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        wanted = self.request.GET.get("phrase", "")
        ours = next((one for one in default_entries() if one.phrase == wanted), None)
        if ours is not None:
            initial |= {"phrase": ours.phrase, "kind": ours.kind, "reason": ours.why, "alternatives": [*ours.instead]}
        return initial


class ToneWordViewSet(OwnViewSet):
    model = ToneWord
    name = "tone-words"
    icon = "edit"
    menu_label = _("Own words")
    search_backend_name = None
    add_view_class = ToneWordCreateView
    list_display = ["phrase", "kind", BooleanColumn("is_active", label=_("In use"), sort_key="is_active")]
    list_filter = ["kind", "is_active"]
    search_fields = ["phrase", "reason"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("phrase"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("is_active")]),
            FieldPanel("reason"),
            FieldPanel("alternatives"),
        ],
        base_form_class=ToneWordForm,
    )


class TryForm(forms.Form):
    text = forms.CharField(label=_("Your text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}))


class TryItem(MenuItem):
    """For whoever edits pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_edit_pages(request.user)


class TryViewSet(ViewSet):
    """A text and what the panel would say of it; below it all words we know. Nothing is kept."""

    name = "tone-try"
    menu_label = _("Tone: try it")
    icon = "view"
    menu_item_class = TryItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.page, name="index")]

    def page(self, request: HttpRequest) -> HttpResponse:
        if not may_edit_pages(request.user):
            raise PermissionDenied
        gemeente_id = None if request.user.is_superuser else workplace(request.user)
        form = TryForm(request.POST or None)
        context: dict[str, Any] = {"form": form, "page_title": self.menu_label}
        if request.method == "POST" and form.is_valid():
            text = form.cleaned_data["text"]
            reading = read([text], lexicon_of(gemeente_id))
            context["lines"], context["verdict"] = in_words(reading, [text])
            context["balance"] = numbers(reading.balance)
        own = {same_phrase(one) for one in POLICY.visible_to(request.user).values_list("phrase", flat=True)}
        context["ours"] = [
            (KINDS[kind], [(one, same_phrase(one.phrase) in own) for one in default_entries() if one.kind == kind])
            for kind in ToneWord.Kind.values
        ]
        context["may_change"] = POLICY.user_has_permission(request.user, "add")
        return render(request, "tone/try.html", context)


class ToneGroup(ViewSetGroup):
    """The menu "Tone"."""

    menu_label = _("Tone")
    menu_icon = "openquote"
    menu_name = "tone"
    items = (TryViewSet, ToneWordViewSet)
