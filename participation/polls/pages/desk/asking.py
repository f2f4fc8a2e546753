"""At the desk: the questions of a poll, and one of them with all one can choose, on one page.

Every button of that page saves it all first, so that nothing typed is lost by moving or adding an option.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, FieldError, Invalid, NotFound, Refused
from core.media.actions import store_upload
from core.media.uploads import receive_in_memory
from core.media.urls import photo_url
from core.ui.money import read_euros
from participation.polls.actions.questions import (
    DECIDES,
    OptionGiven,
    add_question,
    has_voted,
    move_question,
    remove_question,
    write_question,
)
from participation.polls.models import Option, Question
from participation.polls.pages.desk.frame import Inside, frame, inside
from participation.polls.permissions import Deed
from participation.polls.states import RULES, WITH_OPTIONS, BallotForm, Kind, Rule
from participation.polls.wording import RULES as RULES_SAY
from participation.polls.wording import label_of
from participation.texts.forms import SeeOther, mistakes_in, number_in, status_of
from participation.texts.keeping import needs_account, typed_in

FRESH = 3
"""Empty rows for new options."""
MOST_FILES = 10
"""Photos sent at once."""
TEXTS = ("title", "explanation", "low", "high")
NUMBERS = ("page", "least", "most", "steps", "points")


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """The list: moving, taking out, and a new one."""
    here = inside(request, slug, Deed.REWORD)
    typed = typed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            made = _change_list(request.POST, here)
        except Refused as refusal:
            problem = refusal
        else:
            if made is not None:
                return SeeOther(reverse("desk_poll_question", args=[slug, made.pk]))
            return SeeOther(reverse("desk_poll_questions", args=[slug]))
    rows = list(here.poll.questions.prefetch_related("options").select_related("if_question"))
    context = frame(
        here,
        "questions",
        rows=rows,
        edits=here.may(Deed.EDIT),
        fixed=has_voted(here.poll),
        kinds=Kind.choices,
        typed=typed,
        **mistakes_in(problem),
    )
    return render(request, "desk/polls/questions.html", context, status=status_of(problem))


def _change_list(post: QueryDict, here: Inside) -> Question | None:
    common: dict[str, Any] = {"slug": here.poll.slug, "actor": here.actor, "now": timezone.now()}
    for name, by in (("up", -1), ("down", 1)):
        if name in post:
            move_question(question_id=number_in(post.get(name, "")) or 0, by=by, **common)
            return None
    if "drop" in post:
        remove_question(question_id=number_in(post.get("drop", "")) or 0, **common)
        return None
    kind = post.get("kind", "")
    values: dict[str, Any] = {"title": post.get("title", "")}
    if kind == Kind.BUDGET:
        values["cents"] = read_euros(post.get("cents", ""))
    return add_question(kind=kind, values=values, **common)


@never_cache
@csrf_exempt  # the form is read in `_question`, after its size is bounded
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str, question_id: int) -> HttpResponseBase:
    """One question with its options."""
    if request.method == "POST":
        receive_in_memory(request, photos=MOST_FILES)
    return _question(request, slug, question_id)


@csrf_protect
@needs_account
def _question(request: HttpRequest, slug: str, question_id: int) -> HttpResponse:
    here = inside(request, slug, Deed.REWORD)
    row = here.poll.questions.filter(pk=question_id).first()
    if row is None:
        raise NotFound
    typed = typed_in(request)
    problem: DomainError | None = None
    given: list[OptionGiven] | None = None
    if request.method == "POST":
        try:
            given = _options_in(request, row)
            write_question(
                slug=slug,
                question_id=question_id,
                values=_values_in(request.POST, row, edits=here.may(Deed.EDIT)),
                options=given if row.kind in WITH_OPTIONS else None,
                version=number_in(request.POST.get("version", "")),
                actor=here.actor,
                now=timezone.now(),
            )
        except Refused as refusal:
            problem = refusal
        else:
            return _after(request, slug, question_id)
    context = _context(here, row, typed or None, given, problem)
    return render(request, "desk/polls/question.html", context, status=status_of(problem))


def _after(request: HttpRequest, slug: str, question_id: int) -> HttpResponse:
    """Back on the page for who is not done, else to the list."""
    if request.POST.get("go") == "ready":
        messages.success(request, _("Saved."))
        return SeeOther(reverse("desk_poll_questions", args=[slug]))
    anchor = "#options" if "go" in request.POST or "up" in request.POST or "down" in request.POST else ""
    return SeeOther(reverse("desk_poll_question", args=[slug, question_id]) + anchor)


def _values_in(post: QueryDict, row: Question, *, edits: bool) -> dict[str, Any]:
    values: dict[str, Any] = {"explanation": post.get("explanation", "")}
    if not edits:
        return values
    values |= {name: post[name] for name in TEXTS if name in post}
    values |= {name: number_in(post.get(name, "")) for name in NUMBERS if name in post}
    values |= {name: post.get(name) == "yes" for name in ("required", "shuffled")}
    if row.kind in RULES:
        values["rule"] = post.get("rule", row.rule)
    if row.kind == Kind.BUDGET:
        values |= {
            "cents": read_euros(post.get("cents", "")),
            "form": post.get("form", row.form),
            "by_cost": post.get("by_cost", "yes") == "yes",
        }
    if "if" in post:
        other, _colon, _rest = post.get("if", "").partition(":")
        values["if_question"] = number_in(other)
        values["if_options"] = [pk for pk in map(number_in, post.getlist(f"if-options-{other}")) if pk is not None]
    return values


def _options_in(request: HttpRequest, row: Question) -> list[OptionGiven]:
    """The rows of the form in their order, after what its button does with them; empty new ones are left out.

    Raises `Invalid` for an amount or a photo that cannot be read.
    """
    post = request.POST
    found: list[OptionGiven] = []
    wrong: list[FieldError] = []
    for key in post.getlist("row"):
        label, typed = post.get(f"label-{key}", "").strip(), post.get(f"cents-{key}", "").strip()
        file = request.FILES.get(f"photo-{key}")
        waiting = post.get(f"waiting-{key}", "")
        pk = number_in(key)
        if pk is None and not (label or typed or file or waiting or post.get(f"explanation-{key}", "").strip()):
            continue
        cents = read_euros(typed) if typed else None
        if typed and cents is None:
            wrong.append(FieldError(f"cents-{key}", "invalid", _("Write an amount in euros, such as 1.250.")))
        photo: UUID | None = None
        try:
            photo = store_upload(file=file, now=timezone.now()).photo.pk if file else UUID(waiting) if waiting else None
        except Invalid as refusal:
            wrong.append(FieldError(f"photo-{key}", "photo", refusal.errors[0].detail))
        except ValueError:
            photo = None
        found.append(
            OptionGiven(
                id=pk,
                label=label,
                explanation=post.get(f"explanation-{key}", "").replace("\r\n", "\n").strip(),
                alt=post.get(f"alt-{key}", "").strip(),
                cents=cents,
                photo=photo,
                keep_photo=post.get(f"keep-{key}", "yes") == "yes",
                key=key,
            )
        )
    if wrong:
        raise Invalid(*wrong)
    return _moved(found, post)


def _moved(rows: list[OptionGiven], post: QueryDict) -> list[OptionGiven]:
    if drop := post.get("drop"):
        return [one for one in rows if one.key != drop]
    if bare := post.get("bare"):
        return [replace(one, keep_photo=False, photo=None) if one.key == bare else one for one in rows]
    for name, by in (("up", -1), ("down", 1)):
        at = next((place for place, one in enumerate(rows) if one.key == post.get(name)), None)
        if at is not None and 0 <= at + by < len(rows):
            rows[at], rows[at + by] = rows[at + by], rows[at]
    return rows


def _context(
    here: Inside,
    row: Question,
    typed: QueryDict | None,
    given: list[OptionGiven] | None,
    problem: DomainError | None,
) -> dict[str, Any]:
    there = {one.pk: one for one in row.options.all()}
    if typed is not None and given is None:
        given = _as_typed(typed)
    before = []
    for one in here.poll.questions.prefetch_related("options"):
        if one.pk == row.pk:
            break
        if one.kind in DECIDES:
            before.append((one, [(option.pk, label_of(option)) for option in one.options.all()]))
    shown = (
        [_from_form(one, there) for one in given] if given is not None else [_from_row(one) for one in there.values()]
    )
    wrong = mistakes_in(problem)
    return frame(
        here,
        "questions",
        question=row,
        kind_label=row.get_kind_display(),
        has_options=row.kind in WITH_OPTIONS,
        is_yesno=row.kind == Kind.YESNO,
        is_budget=row.kind == Kind.BUDGET,
        edits=here.may(Deed.EDIT),
        fixed=not here.may(Deed.EDIT) and has_voted(here.poll),
        values=_shown_values(row, typed),
        rows=shown,
        fresh=[f"new{at}" for at in range(FRESH)] if row.kind in WITH_OPTIONS - {Kind.YESNO} else [],
        before=before,
        if_question=row.if_question_id,
        if_options=row.if_options,
        rules=[(rule, Rule(rule).label, RULES_SAY[rule]) for rule in RULES.get(row.kind, ())],
        forms=BallotForm.choices,
        version=typed.get("version") if typed is not None else here.poll.version,
        **_with_rows(wrong, shown),
    )


def _with_rows(mistakes: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is wrong with each row stands with it."""
    for one in rows:
        one["wrong"] = {
            name: mistakes["wrong"].get(f"{name}-{one['key']}", "") for name in ("label", "cents", "photo", "alt")
        }
    return mistakes


def _shown_values(row: Question, typed: QueryDict | None) -> dict[str, Any]:
    names = (*TEXTS, *NUMBERS, "rule", "form")
    if typed is not None:
        return {name: typed.get(name, getattr(row, name)) for name in names} | {
            "cents": typed.get("cents", ""),
            **{name: typed.get(name) == "yes" for name in ("required", "shuffled")},
            "by_cost": typed.get("by_cost", "yes") == "yes",
        }
    return {name: getattr(row, name) for name in (*names, "required", "shuffled", "by_cost")} | {
        "cents": amount(row.cents)
    }


def amount(cents: int | None) -> str:
    """As somebody would type it again: "1250" or "12,50"."""
    if cents is None:
        return ""
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100},{cents % 100:02d}"


def _from_row(one: Option) -> dict[str, Any]:
    return {
        "key": str(one.pk),
        "label": label_of(one),
        "explanation": one.explanation,
        "alt": one.alt,
        "cents": amount(one.cents),
        "photo": photo_url(one.photo_id, "thumb") if one.photo_id else "",
        "waiting": "",
        "from_project": one.project_id is not None,
    }


def _from_form(one: OptionGiven, there: dict[int, Option]) -> dict[str, Any]:
    row = there.get(one.id or 0)
    shown = _from_row(row) if row is not None else {"photo": "", "from_project": False}
    return shown | {
        "key": one.key,
        "label": one.label,
        "explanation": one.explanation,
        "alt": one.alt,
        "cents": amount(one.cents),
        "waiting": str(one.photo) if one.photo else "",
    }


def _as_typed(post: QueryDict) -> list[OptionGiven]:
    """The rows when something in them could not be read."""
    return [
        OptionGiven(
            id=number_in(key),
            label=post.get(f"label-{key}", ""),
            explanation=post.get(f"explanation-{key}", ""),
            alt=post.get(f"alt-{key}", ""),
            cents=read_euros(post.get(f"cents-{key}", "")),
            key=key,
        )
        for key in post.getlist("row")
        if number_in(key) is not None or post.get(f"label-{key}", "").strip()
    ]


urlpatterns: list[Any] = [
    path("werk/peilingen/<slug:slug>/vragen/", questions, name="desk_poll_questions"),
    path("werk/peilingen/<slug:slug>/vragen/<int:question_id>/", question, name="desk_poll_question"),
]
