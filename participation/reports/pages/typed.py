"""What a browser typed so far: from its draft, and from what a page of the form sends along."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from core.api.throttles import check_throttle
from core.areas.queries import locate
from core.errors import FieldError
from core.places import queries as places
from participation.reports import drafts
from participation.reports.drafts import Values
from participation.reports.models import Draft
from participation.reports.pages.forms import FIELDS, STEPS
from participation.reports.pages.photos import receive, riding_along
from participation.reports.rules import MOST_PHOTOS
from participation.routing.models import Question
from participation.routing.proposals import propose
from participation.routing.queries import RoutingConfig

COOKIE = "melden"
COOKIE_PATH = "/melden/"
MOST_DRAFTS = 4
"""Of one browser; an older one stays on the server until it is swept, and in the page that shows it."""
_marks = Signer(salt="participation.reports.begun")
MOST_TYPED = 10_000
"""Characters kept of one field; far above what any of them may have."""


@dataclass(slots=True)
class Typed:
    """`secret` is empty while nothing is kept on the server; `key` becomes that of the report."""

    values: Values
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    secret: str = ""
    draft: Draft | None = None
    begun: datetime | None = None
    """When the first page of it was shown, as far as it says so."""

    def page_mark(self, now: datetime) -> str:
        """When it was begun, signed, for this report's pages to bring along: a draft may be gone, or never made."""
        return _marks.sign(f"{self.key} {int((self.begun or now).timestamp())}")

    @property
    def handle(self) -> str:
        """What an address says of the draft: enough to tell it from the browser's other ones, and opens nothing."""
        return handle_of(self.secret) if self.secret else ""


def handle_of(secret: str) -> str:
    return drafts.hash_of(secret)[:8]


def secrets_in(request: HttpRequest) -> list[str]:
    """The secrets of this browser's drafts, the last one used at the end."""
    return [one for one in request.COOKIES.get(COOKIE, "").split(".") if one][-MOST_DRAFTS:]


def find_typed(request: HttpRequest, *, gemeente_id: int, now: datetime) -> Typed | None:
    """The draft that the address names (`?c=`), else the one used last. At most one query."""
    wanted = request.GET.get("c")
    known = secrets_in(request)
    secret = next((one for one in reversed(known) if wanted in (None, handle_of(one))), None)
    return open_typed(secret, gemeente_id=gemeente_id, now=now) if secret else None


def open_typed(secret: str, *, gemeente_id: int, now: datetime) -> Typed | None:
    draft = drafts.find(secret, gemeente_id=gemeente_id, now=now)
    return Typed(cast("Values", draft.values), draft.key, secret, draft, draft.created_at) if draft else None


def read_typed(request: HttpRequest, *, routing: RoutingConfig, now: datetime) -> tuple[Typed, list[FieldError]]:
    """What this page sends, on top of its draft; and what was wrong with photos and with the place that was picked.

    `has` says which steps are in the page. The rest it carries along unseen, for when the draft is gone.
    """
    post = request.POST
    found = (
        open_typed(post.get("draft", "")[:64], gemeente_id=routing.gemeente_id, now=now) if post.get("draft") else None
    )
    typed = found or Typed({}, _key(post))
    typed.begun = min((at for at in (typed.begun, _begun(post, typed.key)) if at is not None), default=None)
    has = [step for step in STEPS if found is None or step in post.getlist("has")]
    values = typed.values
    for step in has:
        for name in FIELDS[step]:
            if name != "asked":
                values[name] = _text(post, name)  # type: ignore[literal-required]
    if values.get("language") == translation.get_language():
        values["language"] = ""  # nobody chose it: it goes along with the page
    shown = post.getlist("has")
    if "what" in shown:
        _propose(values, routing)
    if "more" in has:
        _answers(values, post, routing)
    wrong = _place(values, post) if "where" in shown else []
    if "what" in has or "more" in has:
        wrong += _photos(values, request, now=now)
    return typed, wrong


def keep(request: HttpRequest, typed: Typed, *, gemeente_id: int, now: datetime) -> None:
    """Put it in the draft, or in a new one. Raises `TooMany` for a network that starts or changes very many."""
    check_throttle(request, "draft-change")
    if typed.draft is not None and drafts.change(typed.draft, typed.values, now=now):
        return
    check_throttle(request, "draft")
    typed.draft, typed.secret = None, drafts.start(typed.values, gemeente_id=gemeente_id, key=typed.key, now=now)


def remember(request: HttpRequest, response: HttpResponse, secret: str, *, gone: bool = False) -> None:
    """Let the browser keep the secret as the one used last, or forget it."""
    kept = [one for one in secrets_in(request) if one != secret] + ([] if gone else [secret])
    if not kept:
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return
    response.set_cookie(
        COOKIE,
        ".".join(kept[-MOST_DRAFTS:]),
        max_age=drafts.KEPT,
        path=COOKIE_PATH,
        httponly=True,
        secure=settings.TLS,
        samesite="Lax",
    )


def _key(post: QueryDict) -> uuid.UUID:
    try:
        return uuid.UUID(post.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _begun(post: QueryDict, key: uuid.UUID) -> datetime | None:
    """What the page says of it; None for another report's mark, and one that we did not sign."""
    try:
        given_to, _space, at = _marks.unsign(post.get("begun", "")).partition(" ")
    except BadSignature:
        return None
    return datetime.fromtimestamp(int(at), UTC) if given_to == str(key) else None


def _text(post: QueryDict, name: str) -> str:
    """As typed, with the line ends of this side; browsers send their own."""
    typed = (post.get(name) or "").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return typed.strip()[:MOST_TYPED]


def _propose(values: Values, routing: RoutingConfig) -> None:
    """A category that nobody chose follows the text."""
    if values["category"] in ("", values["proposed"]):
        found = propose(routing, values["text"]) if values["text"] else []
        values["category"] = values["proposed"] = found[0][0] if found else ""
    else:
        values["proposed"] = ""


def _answers(values: Values, post: QueryDict, routing: RoutingConfig) -> None:
    """Answers to the questions that were in the page; those to others stay as they were."""
    category = routing.reportable(values.get("category", ""))
    shown = [one[:40] for one in post.getlist("asked")[:100]]
    answers = values.get("answers", {})
    for question in routing.questions_of(category.pk) if category else ():
        name = f"answer_{question.key}"
        if name in post or question.key in shown:
            multi = question.type == Question.Type.MULTI
            answer = [one[:MOST_TYPED] for one in post.getlist(name)[:100]] if multi else _text(post, name)
            answers[question.key] = answer
    values["answers"], values["asked"] = answers, shown


def _place(values: Values, post: QueryDict) -> list[FieldError]:
    """Where the last thing done decides: a place picked from a list, another quarter, a moved map."""
    if "plain" not in post:
        values["spot"] = ""  # the map may have moved on from it
        return []
    if "clear" in post:
        values["lon"] = values["lat"] = values["spot"] = values["area"] = values["q"] = ""
        return []
    picked = _text(post, "pick")
    if picked:
        return _pick(values, picked)
    area, chain = values["area"], _chain(values)
    if area and chain is not None and area not in chain:
        values["lon"] = values["lat"] = values["spot"] = ""
    return []


def _pick(values: Values, picked: str) -> list[FieldError]:
    """`id:<place>` as the search gave it, or `at:<lon>,<lat>,<words>`."""
    kind, _colon, rest = picked.partition(":")
    label, lon, lat = "", "", ""
    if kind == "at":
        lon, lat, label = (*rest.split(",", 2), "", "")[:3]
    else:
        found = places.lookup(rest)
        if found.place is None or found.place.point is None:
            words = _("We cannot look up this address now. Choose the quarter, and write the address below.")
            return [FieldError("location", "unknown-place", words)]
        lon, lat = (str(number) for number in found.place.point)
        label = found.place.label
    if values["address"] in ("", values["spot"]):
        values["address"] = label[:200]
    values["lon"], values["lat"], values["spot"] = lon, lat, label
    values["q"], values["area"] = "", (_chain(values) or [""])[0]
    return []


def _chain(values: Values) -> list[str] | None:
    """The codes of the areas around the point, smallest first."""
    try:
        chain = locate(float(values["lon"]), float(values["lat"]))
    except ValueError:
        return None
    return [area.code for area in chain] if chain else None


def _photos(values: Values, request: HttpRequest, *, now: datetime) -> list[FieldError]:
    """Photos sent earlier (their tickets ride along) and those sent now. An id alone is not enough."""
    dropped = request.POST.get("drop", "")
    kept = [str(one) for one in riding_along(request, most=MOST_PHOTOS) if str(one) != dropped]
    sent, wrong = receive(request, room=MOST_PHOTOS - len(kept), most=MOST_PHOTOS, now=now)
    values["photos"] = kept + [str(photo.pk) for photo in sent]
    return wrong
