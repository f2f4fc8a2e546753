"""Reporting without a script: four pages, each with one question, and a draft between them.

Every page shows what was typed before. Every POST judges its own step, keeps it and leads on with 303, so that back
and reload are safe. With a script `/melden/` has the other steps in a template and walks them in the page.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import REASON_BAD_ORIGIN, CsrfViewMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.api.device import device_of, hand_out
from core.api.idempotency import fingerprint, run_once
from core.areas.queries import tree
from core.areas.tenancy import scope_of
from core.errors import DomainError, Invalid, NotFound, ProofRequired, TooMany
from core.media.uploads import receive_in_memory
from core.notify import sms
from participation.reports import drafts
from participation.reports.admission import admit
from participation.reports.drafts import Values
from participation.reports.held import token_sent
from participation.reports.holding import HeldBack, receive_report
from participation.reports.nearby import nearby
from participation.reports.pages import following
from participation.reports.pages.forms import CONTACT, ReportForm
from participation.reports.pages.safety import asks_again, findings_in, signs_of, wait_page
from participation.reports.pages.showing import (
    address_of,
    advice_for,
    photos_of,
    places_to_pick,
    steps_of,
    summary_of,
)
from participation.reports.pages.typed import Typed, find_typed, keep, read_typed, remember
from participation.reports.rules import MOST_PHOTOS, ContactGiven, Submission
from participation.routing.queries import RoutingConfig, config
from participation.routing.wording import words_of

MOST_LOOK_ALIKES = 4
"""On a page without a map, where each takes its place before the button."""


class SeeOther(HttpResponseRedirect):
    """After a POST: get this page, whatever the browser would do with a 302."""

    status_code = 303


FROM_ELSEWHERE = (REASON_BAD_ORIGIN.partition("%s")[0], "Referer checking failed")
"""How the reasons begin for a form that another site sent: its words are not shown back."""


def page(step: str) -> Any:
    """The view of one step."""

    @never_cache
    @csrf_exempt  # checked in `_take`, after the photos are kept from touching the disk
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        gemeente_id = scope_of(request).gemeente_id
        if gemeente_id is None:
            raise NotFound
        if request.method == "POST":
            receive_in_memory(request, photos=MOST_PHOTOS)
            return _take(request, step, config(gemeente_id))
        return _show(request, step, config(gemeente_id))

    return view


# --- showing ----------------------------------------------------------------------------------


def _show(request: HttpRequest, step: str, routing: RoutingConfig) -> HttpResponse:
    """A page as the draft has it. Reads only: a draft begins at the first POST."""
    typed = None
    if step != "what" or "nieuw" not in request.GET:
        typed = find_typed(request, gemeente_id=routing.gemeente_id, now=timezone.now())
    if typed is None:
        if step != "what":
            return _go(request, "what", None)
        typed = Typed(_asked_for(request, routing))
    form = ReportForm(typed.values, routing=routing, scope=scope_of(request))
    first = _first_incomplete(form, before=step)
    if first != step:
        return _go(request, first, typed)
    form.show_mistakes()
    return _render(request, step, form, typed)


def _asked_for(request: HttpRequest, routing: RoutingConfig) -> Values:
    """What a link to the form fills in: `?wijk=<code>`, `?onderwerp=<category>`."""
    area = tree().by_code.get(request.GET.get("wijk", ""))
    category = routing.reportable(request.GET.get("onderwerp", ""))
    return Values(
        area=area.code if area is not None and area.gemeente_id == routing.gemeente_id else "",
        category=category.slug if category is not None else "",
    )


def _first_incomplete(form: ReportForm, *, before: str) -> str:
    """The step to be at: the first that lacks something, or `before` itself, or the one after it that exists."""
    steps, wrong = steps_of(form), form.mistakes()
    if before not in steps:
        return "reach" if not wrong.get("what") and not wrong.get("where") else _first_incomplete(form, before="reach")
    return next((step for step in steps[: steps.index(before)] if step in wrong), before)


def _render(
    request: HttpRequest,
    step: str,
    form: ReportForm,
    typed: Typed,
    *,
    problems: list[tuple[str, str]] | None = None,
    sent_already: bool = False,
    status: int = 200,
) -> HttpResponse:
    photos = photos_of(typed.values.get("photos", ()))
    steps = steps_of(form)
    place = tree().by_code.get(typed.values.get("area", "")) if not typed.values.get("lon") else None
    context: dict[str, Any] = {
        "step": step,
        "form": form,
        "key": typed.key,
        "begun": typed.page_mark(timezone.now()),
        "secret": typed.secret,
        "handle": typed.handle,
        "kept": f"{typed.handle}-{typed.draft.changed_at:%Y%m%d%H%M%S%f}" if typed.draft is not None else "",
        "carried": form.carried(step),
        "action": address_of(step, typed.handle),
        "back": address_of(steps[steps.index(step) - 1], typed.handle) if step != "what" else "",
        "number": steps.index(step) + 1,
        "steps": steps,
        "all_steps": len(steps) if step != "what" or form.about is not None else 0,
        "problems": problems or [],
        "sent_already": sent_already,
        "resumed": step == "what" and bool(typed.secret) and "c" not in request.GET and request.method != "POST",
        "photos": photos,
        "photos_gone": len(typed.values.get("photos", ())) - len(photos),
        "texts": sms.is_on(),
        "most_photos": MOST_PHOTOS,
        "room_for_photos": len(photos) < MOST_PHOTOS,
        "advice": advice_for(form),
        "gemeente": tree().by_id[form.routing.gemeente_id],
        "place": place,
        "about_name": words_of(form.about).name if form.about is not None else "",
        "change_category": address_of("what", typed.handle, "id_category"),
    }
    if step == "what":
        context["findings"] = findings_in(typed, form.routing.gemeente_id)
    if step == "where":
        context |= places_to_pick(form)
        context["nearby"] = _look_alikes(form) if typed.values.get("near") == _here(form) else []
    if step == "reach":
        context["summary"] = summary_of(form, photos, typed.handle)
    return render(request, "reports/form.html", context, status=status)


# --- taking in --------------------------------------------------------------------------------


class _Csrf(CsrfViewMiddleware):
    """Says what is wrong instead of answering."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _forged(request: HttpRequest) -> str:
    """Why this form may not be ours; empty when it is."""
    check = _Csrf(lambda _request: HttpResponse())
    check.process_request(request)
    return str(check.process_view(request, _refuse, (), {}) or "")


@csrf_protect
def _refuse(request: HttpRequest) -> HttpResponse:
    """Never reached: the decorator answers, as everywhere."""
    raise NotFound


def _take(request: HttpRequest, step: str, routing: RoutingConfig) -> HttpResponse:
    now = timezone.now()
    reason = _forged(request)
    if reason.startswith(FROM_ELSEWHERE) or (reason and request.headers.get("Sec-Fetch-Site") == "cross-site"):
        return _refuse(request)
    typed, wrong = read_typed(request, routing=routing, now=now)
    form = ReportForm(typed.values, routing=routing, scope=scope_of(request))
    if reason:
        words = _(
            "Your browser did not keep our cookie, so we cannot be sure that this came from you."
            " Allow cookies for this site and press the button again. What you typed is still here."
        )
        form.show_mistakes()
        return _render(request, step, form, typed, problems=[("", words)], status=403)
    for mistake in wrong:
        form.add_mistake(mistake, step)
    if step == "reach" and not form.mistakes():
        return _send(request, form, typed, now=now)
    again = step == "what" and asks_again(request, typed, routing.gemeente_id)
    try:
        keep(request, typed, gemeente_id=routing.gemeente_id, now=now)
    except DomainError as refusal:
        form.show_mistakes()
        return _render(request, step, form, typed, problems=[("", str(refusal.message))], status=429)
    stay = _stays(request.POST)
    if stay and not wrong:
        return _go(request, step, typed, stay)
    problems = _problems(form, step, typed)
    if problems:
        return _refused(request, step, form, typed, problems)
    if again:
        return _go(request, "what", typed, "guard")
    if step == "more" and any(one.key not in typed.values["asked"] for one in form.questions):
        return _go(request, "more", typed, "questions")
    if step == "where" and typed.values.get("near") != _here(form) and _look_alikes(form):
        typed.values["near"] = _here(form)
        keep(request, typed, gemeente_id=routing.gemeente_id, now=now)
        return _go(request, "where", typed, "nearby")
    steps = steps_of(form)
    return _go(request, steps[steps.index(step) + 1] if step in steps[:-1] else "reach", typed)


def _stays(post: QueryDict) -> str:
    """Where on the same page to be after a button that only changes it; empty for "next"."""
    anchors = {"drop": "id_photos", "find": "found", "pick": "chosen", "clear": "found"}
    return next((anchor for name, anchor in anchors.items() if name in post), "")


def _problems(form: ReportForm, step: str, typed: Typed) -> list[tuple[str, str]]:
    """What keeps this step from being done, as (address, words); at the last step what any step lacks."""
    found = form.mistakes()
    if step == "reach":
        return [
            (f"#{anchor}" if one == step else address_of(one, typed.handle, anchor), words)
            for one in steps_of(form)
            for anchor, words in found.get(one, ())
        ]
    unseen = [question for question in form.questions if question.key not in typed.values.get("asked", ())]
    hidden = {f"id_answer_{one.key}" for one in unseen} | {"id_photos" for one in unseen if one.type == "photo"}
    return [
        (f"#{anchor}" if anchor else "", words)
        for anchor, words in found.get(step, ())
        if step != "more" or not any(anchor.startswith(one) for one in hidden)
    ]


def _refused(
    request: HttpRequest,
    step: str,
    form: ReportForm,
    typed: Typed,
    problems: list[tuple[str, str]],
    *,
    sent_already: bool = False,
    status: int = 400,
) -> HttpResponse:
    """The same page with what is wrong and all that was typed."""
    form.show_mistakes(step)
    response = _render(request, step, form, typed, problems=problems, sent_already=sent_already, status=status)
    if typed.secret:
        remember(request, response, typed.secret)
    return response


def _go(request: HttpRequest, step: str, typed: Typed | None, anchor: str = "") -> HttpResponse:
    response = SeeOther(address_of(step, typed.handle if typed else "", anchor))
    if typed is not None and request.method == "POST":
        remember(request, response, typed.secret)
    return response


def _here(form: ReportForm) -> str:
    """The place and the category, as one text: for these were look-alikes shown."""
    point = form.point
    return f"{point[0]:.5f},{point[1]:.5f},{form.values.get('category', '')}" if point else ""


def _look_alikes(form: ReportForm) -> list[dict[str, Any]]:
    """Only of an exact place: of the middle of a quarter nobody can say what is near."""
    point = form.point
    if point is None or not form.values.get("lon"):
        return []
    return nearby(
        lon=point[0],
        lat=point[1],
        category=form.values.get("category", ""),
        gemeente_id=form.routing.gemeente_id,
        now=timezone.now(),
        text=form.values.get("text", ""),
        most=MOST_LOOK_ALIKES,
    )


# --- sending ----------------------------------------------------------------------------------


def _send(request: HttpRequest, form: ReportForm, typed: Typed, *, now: datetime) -> HttpResponse:
    try:
        token = _submit(request, form, typed, now=now)
    except ProofRequired as asked:
        return wait_page(request, typed, asked, gemeente_id=form.routing.gemeente_id, now=now)
    except DomainError as refusal:
        return _not_sent(request, form, typed, refusal, now=now)
    response = SeeOther(reverse("following"))
    following.remember(request, response, token)
    remember(request, response, typed.secret, gone=True)
    hand_out(response, device_of(request, typed.key))
    return response


def _not_sent(
    request: HttpRequest, form: ReportForm, typed: Typed, refusal: DomainError, *, now: datetime
) -> HttpResponse:
    """Say why, next to what it is about; what was typed stays in the draft."""
    again = refusal.code == "idempotency-key-reused"
    if again:
        # Sent, gone back, changed and sent again: a second report, if they want one, has a key of its own.
        drafts.erase(typed.secret)
        typed.key, typed.draft, typed.secret = uuid4(), None, ""
    try:
        keep(request, typed, gemeente_id=form.routing.gemeente_id, now=now)
    except DomainError:
        typed.draft, typed.secret = None, ""  # the page still carries all of it
    if isinstance(refusal, Invalid):
        for mistake in refusal.errors:
            form.add_mistake(mistake)
        return _refused(request, "reach", form, typed, _problems(form, "reach", typed))
    problems = [] if again else [("", str(refusal.message))]
    status = 429 if isinstance(refusal, TooMany) else 409
    return _refused(request, "reach", form, typed, problems, sent_already=again, status=status)


def _submit(request: HttpRequest, form: ReportForm, typed: Typed, *, now: datetime) -> str:
    """Send it, once per draft however often the button is pressed; answers the tracking token."""
    values, point = typed.values, form.point
    assert point is not None  # by the judged form
    category = form.about.slug if form.about is not None else ""
    submission = Submission(
        text=values.get("text", ""),
        lon=point[0],
        lat=point[1],
        address=values.get("address", ""),
        category=category,
        proposed=bool(category) and category == values.get("proposed"),
        answers=form.answers,
        photos=tuple(UUID(photo) for photo in values.get("photos", ())),
        contact=ContactGiven(**{name: str(values.get(name, "")) for name in CONTACT}),
        language=values.get("language") or translation.get_language() or settings.LANGUAGE_CODE,
    )

    once_per = f"report-form:{scope_of(request).only or 'all'}:{_browser(request)}"
    proof = request.POST.get("proof", "")
    admitted = admit(request, submission, key=typed.key, once_per=once_per, proof=proof, waits=True)
    signs = signs_of(request, typed, now=now)

    def act() -> dict[str, Any]:
        done = receive_report(admitted, scope=scope_of(request), signs=signs, now=now)
        drafts.erase(typed.secret)
        if isinstance(done, HeldBack):
            return {"reference": done.held.reference, "held": True}
        return {"reference": done.case.reference, "held": False}

    once = run_once(
        scope=once_per,
        key=typed.key,
        fingerprint=fingerprint(asdict(submission)),
        now=now,
        action=act,
    )
    return token_sent(once.body["reference"], held=once.body["held"])


def _browser(request: HttpRequest) -> str:
    """What tells browsers apart: the secret of their CSRF cookie, so that nobody else's key opens a report."""
    return salted_hmac(
        "participation.reports.form", request.META.get("CSRF_COOKIE", ""), algorithm="sha256"
    ).hexdigest()[:32]
