"""At the desk: a ballot for somebody who is here, on a phone held between two people. Works without a script."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.errors import Conflict, DomainError, FieldError, Invalid, NotFound, Refused
from participation.polls.actions import entering
from participation.polls.actions.voting import Proof
from participation.polls.filled_in import read
from participation.polls.pages.desk.frame import Inside, frame, inside
from participation.polls.passes import give_desk_pass, read_desk_pass
from participation.polls.permissions import Deed
from participation.polls.queries.ballot import Written
from participation.polls.queries.batches import entered_of
from participation.residents.addresses import is_email
from participation.residents.limits import network_limit
from participation.texts.forms import mistakes_in, status_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Who votes; then the ballot; then the receipt. Nothing of it is kept between: it goes along in the page."""
    here = inside(request, slug, Deed.ENTER)
    entering.poll_at_desk(slug, here.actor)
    if request.method != "POST":
        return _who(request, here)
    check_throttle(request, "ballot")
    deed = request.POST.get("deed", "")
    try:
        match deed:
            case "send":
                return _sent(request, here, _send(request, here))
            case "cast":
                return _cast(request, here)
            case "letter" | "address" | "vouch":
                return _ballot(request, here, give_desk_pass(here.poll, _prove(request, here), _me(here)))
    except Refused as problem:
        if deed == "cast":
            return _ballot(request, here, request.POST.get("pass", ""), problem)
        if deed == "address":
            return _sent(request, here, request.POST.get("address", ""), problem)
        return _who(request, here, problem)
    raise NotFound


def _prove(request: HttpRequest, here: Inside) -> Proof:
    post, slug, actor = request.POST, here.poll.slug, here.actor
    match post.get("deed", ""):
        case "letter":
            return entering.prove_letter_at_desk(
                slug=slug,
                code=post.get("code", ""),
                for_another=post.get("whose") == "another",
                consent=post.get("consent") == "1",
                actor=actor,
            )
        case "address":
            return entering.prove_address_at_desk(
                slug=slug,
                address=post.get("address", ""),
                code=post.get("code", ""),
                actor=actor,
                now=timezone.now(),
            )
    return entering.vouch(slug=slug, seen=post.get("seen") == "1", actor=actor)


def _send(request: HttpRequest, here: Inside) -> str:
    return entering.send_code_at_desk(
        slug=here.poll.slug,
        address=request.POST.get("address", ""),
        language=get_language() or "nl",
        network=network_limit(request),
        actor=here.actor,
        now=timezone.now(),
    )


def _who(request: HttpRequest, here: Inside, problem: DomainError | None = None) -> HttpResponse:
    context = frame(
        here,
        "enter",
        ways=[way.value for way in entering.WAYS[here.poll.level]],
        entered=entered_of(here.poll),
        typed=request.POST,
        **mistakes_in(problem),
    )
    return render(request, "desk/polls/enter.html", context, status=status_of(problem))


def _sent(request: HttpRequest, here: Inside, address: str, problem: DomainError | None = None) -> HttpResponse:
    context = frame(here, "enter", address=address, by_text=not is_email(address), **mistakes_in(problem))
    return render(request, "desk/polls/enter_code.html", context, status=status_of(problem))


def _ballot(request: HttpRequest, here: Inside, given: str, problem: DomainError | None = None) -> HttpResponse:
    """The questions, all on one page: those that depend on another say so by their place, and count when asked."""
    proof = read_desk_pass(here.poll, given, _me(here))
    if proof is None:
        return _who(request, here, problem or _too_old())
    written = Written(here.poll)
    names = {f"choices.{one.id}": one.id for one in written.asked}
    wrong = problem.errors if isinstance(problem, Invalid) else ()
    errors = {names[one.field]: str(one.detail) for one in wrong if one.field in names}
    form = request.POST if request.POST.get("deed") == "cast" else None
    context = frame(
        here,
        "enter",
        lines=written.lines(form, errors=errors),
        given=given,
        proxy=proof.entered == "proxy",
        token=_token(request) if form is not None else uuid4(),
        declared=form is not None and form.get("declared") == "1",
        **mistakes_in(problem, {name.replace(".", "_"): f"#id_q{pk}" for name, pk in names.items()}),
    )
    return render(request, "desk/polls/enter_ballot.html", context, status=status_of(problem))


def _cast(request: HttpRequest, here: Inside) -> HttpResponse:
    """The receipt is in the answer itself, and in no address; sent again, it is the same one."""
    proof = read_desk_pass(here.poll, request.POST.get("pass", ""), _me(here))
    if proof is None:
        raise _too_old()
    choices, wrong = read(Written(here.poll).asked, request.POST)
    if here.poll.declared and request.POST.get("declared") != "1":
        wrong.append(FieldError("declared", "required", _("Only the people it is for can vote. Tick the box.")))
    if wrong:
        raise Invalid(*wrong)
    cast = entering.enter_ballot(
        slug=here.poll.slug,
        choices=choices,
        proof=proof,
        token=_token(request),
        actor=here.actor,
        now=timezone.now(),
    )
    context = frame(here, "enter", receipt=cast.receipt, proxy=proof.entered == "proxy")
    return render(request, "desk/polls/receipt.html", context)


def _token(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        raise NotFound from None


def _too_old() -> Conflict:
    return Conflict(_("This ballot was open for too long. Begin again."), code="pass-expired")


def _me(here: Inside) -> int:
    if here.actor.professional_id is None:
        raise NotFound
    return here.actor.professional_id


urlpatterns: list[Any] = [path("werk/peilingen/<slug:slug>/stembus/", enter, name="desk_poll_enter")]
