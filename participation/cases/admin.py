"""Standard answers in the back office (`/beheer/`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column

from core.areas.admin import OwnGemeentePolicy, OwnIndexView
from participation.cases.actions.saving import MESSAGE_LENGTH
from participation.cases.answers import EXAMPLE, MEANINGS, fill
from participation.cases.models import StandardAnswer
from participation.cases.states import MOVES
from participation.organisations.admin import NOTHING, SetUpViewSet
from participation.organisations.forms import OwnForm

STEPS = {
    "": _("a message without a step"),
    "accept": _("accept"),
    "start": _("start"),
    "plan": _("plan"),
    "ask": _("ask the resident"),
    "resolve": _("resolve"),
    "decline": _("cannot be solved"),
    "reopen": _("reopen"),
}


def language_choices() -> list[tuple[str, str]]:
    """The languages residents may name, by their own name."""
    return [(code, get_language_info(code)["name_local"]) for code in settings.RESIDENT_LANGUAGES if code != "ti"]


class AnswerForm(OwnForm):
    move = forms.ChoiceField(
        label=_("With which step"),
        required=False,
        choices=lambda: [(name, words) for name, words in STEPS.items() if not name or name in MOVES],
    )
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    text = forms.CharField(
        label=_("Text"),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        help_text=_("Write without a greeting: the e-mail greets already. Placeholders stand between braces."),
    )


class PreviewPanel(Panel):
    """How a resident reads the answer that was saved, and which placeholders there are."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cases/answer_preview.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            text = self.instance.text if self.instance and self.instance.pk else ""
            return {
                **(super().get_context_data(parent_context) or {}),
                "shown": fill(text, EXAMPLE),
                "language": self.instance.language if self.instance else "",
                "placeholders": [(f"{{{name}}}", meaning) for name, meaning in MEANINGS.items()],
            }


class AnswerIndexView(OwnIndexView):
    def get_base_queryset(self) -> QuerySet[StandardAnswer]:
        rows: QuerySet[StandardAnswer] = super().get_base_queryset()
        return rows.select_related("category", "gemeente")


class AnswerViewSet(SetUpViewSet):
    model = StandardAnswer
    name = "standard-answers"
    icon = "mail"
    index_view_class = AnswerIndexView
    list_display = [
        "title",
        Column("category", label=_("Category"), accessor="category.name"),
        Column("move", label=_("Step"), accessor=lambda one: STEPS.get(one.move, one.move)),
        "language",
    ]
    list_filter = ["language", "move"]
    search_fields = ["title", "text", "category__name"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("category"), FieldPanel("move"), FieldPanel("language"), FieldPanel("position")]),
            FieldPanel("text"),
            PreviewPanel(heading=_("How it reads")),
        ],
        base_form_class=AnswerForm,
    )


POLICIES = {StandardAnswer: OwnGemeentePolicy(StandardAnswer, never=NOTHING, superusers=NOTHING)}
