"""Extra questions in the back office: conditions people can type, checked together, and a preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from core.areas.policies import workplace
from participation.organisations.forms import OwnChildForm, RowsField
from participation.routing.models import Category, Question
from participation.routing.questions import asked, faults_in, fields_of
from participation.routing.wording import words_of


class ConditionField(forms.CharField):
    """`what = sofa, bed` for `{"key": "what", "values": ["sofa", "bed"]}`; empty for None."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value['key']} = {', '.join(value['values'])}" if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        typed = (value or "").strip()
        if not typed:
            return None
        key, equals, rest = typed.partition("=")
        values = [one.strip() for one in rest.split(",") if one.strip()]
        if not equals or not key.strip() or not values:
            raise ValidationError(_("Write: key of an earlier question = answer, answer"), code="shape")
        return {"key": key.strip(), "values": list(dict.fromkeys(values))}

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def run_validators(self, value: Any) -> None:
        """Lengths hold for the text of a CharField; a condition has none."""


class QuestionForm(OwnChildForm):
    choices = RowsField(
        keys=("value", "label"),
        label=_("Choices"),
        required=False,
        help_text=_("Only for questions with choices. One per line: value | what people read"),
    )
    show_if = ConditionField(
        label=_("Only asked when"),
        required=False,
        help_text=_("Key of an earlier question = its answers, such as: what = sofa, bed. Empty: always asked."),
    )


def check_questions(formset: BaseFormSet[Any]) -> bool:
    """Puts what is wrong with the conditions next to them; False when something is. For a formset that is valid."""
    kept = [
        form
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE") and form.cleaned_data.get("key")
    ]
    kept.sort(key=lambda form: form.cleaned_data.get("position") or 0)
    found = faults_in([form.instance for form in kept])
    for fault in found:
        kept[fault.place].add_error("show_if", ValidationError(str(fault.message), code=fault.code))
    return not found


class PreviewForm(forms.Form):
    """The questions as a resident gets them, as far as the answers so far bring them up."""

    def __init__(self, category: Category, questions: list[Question], data: Any) -> None:
        super().__init__(data or None)
        words = words_of(category)
        every = fields_of(questions, words)
        given = {
            key: field.widget.value_from_datadict(data, {}, key) for key, field in every.items() if data is not None
        }
        self.shown = asked(questions, given)
        for question in self.shown:
            if question.key in every:
                self.fields[question.key] = every[question.key]
        self.hidden_count = len(questions) - len(self.shown)
        self.photos = [
            {"label": words.label(question), "help": words.help(question), "required": question.required}
            for question in self.shown
            if question.type == Question.Type.PHOTO
        ]


def preview(request: HttpRequest, pk: int, *, policy: Any) -> HttpResponse:
    """The saved questions of a category as residents see them; answers go in the address and nothing is kept."""
    if not policy.user_has_any_permission(request.user, ["add", "change", "view"]):
        raise PermissionDenied
    mine = Category.objects.all()
    if not request.user.is_superuser:
        mine = mine.filter(gemeente_id=workplace(request.user) or 0)
    category = get_object_or_404(mine, pk=pk)
    questions = list(Question.objects.filter(category=category).order_by("position", "id"))
    form = PreviewForm(category, questions, request.GET or None)
    return render(
        request,
        "routing/questions_preview.html",
        {"category": category, "words": words_of(category), "form": form, "questions": questions},
    )
