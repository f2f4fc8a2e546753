"""What everybody sees: the list of initiatives with its map, and the page of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.accounts.actor import Actor
from core.api.errors import BadRequest
from core.api.throttles import check_throttle
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of
from core.events.queries import heads
from participation.initiatives.events import initiative_stream
from participation.initiatives.models import Initiative
from participation.initiatives.pages.head import head_of
from participation.initiatives.pages.viewing import actor_of_request
from participation.initiatives.permissions import Deed, may
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries import detail as seen
from participation.initiatives.queries import public
from participation.initiatives.queries.asked import help_of
from participation.initiatives.queries.comments import comments_of
from participation.initiatives.queries.looking_back import looking_back_of, win_of
from participation.initiatives.queries.partners import partners_of
from participation.initiatives.queries.public import MOST_COUNTED, Asked
from participation.initiatives.queries.support import support_of
from participation.initiatives.queries.telling import telling_of
from participation.initiatives.states import Act, By, Stage, allows, steps_from
from participation.routing.models import Theme
from participation.routing.queries import themes_of
from participation.routing.wording import theme_name

ON_PAGE = 12
FIRST_SAID = 3
"""Comments on the page of an initiative; the rest, and the answers, have a page of their own."""
LONGEST_TEXT = 100
ORDERS = {"": "newest", "steun": "support", "bijna": "needs-support"}
"""As they stand in the address."""
ORDER_LABELS = {"": _("Newest first"), "steun": _("Most support first"), "bijna": _("Almost enough support")}
STAGES = {
    "loopt": (public.UNDERWAY, _("Under way")),
    "idee": (Stage.IDEA.value, Stage.IDEA.label),
    "gesprek": (Stage.TALKING.value, Stage.TALKING.label),
    "steun": (Stage.GATHERING.value, Stage.GATHERING.label),
    "plan": (Stage.PLAN.value, Stage.PLAN.label),
    "bezig": (Stage.DOING.value, Stage.DOING.label),
    "gelukt": (Stage.DONE.value, Stage.DONE.label),
    "gestopt": (Stage.STOPPED.value, Stage.STOPPED.label),
    "rust": (Stage.RESTING.value, Stage.RESTING.label),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for, with all that can be asked."""

    asked: Asked
    gemeente: AreaRow
    stage: str
    order: str
    theme: Theme | None

    @property
    def wijken(self) -> list[tuple[AreaRow, list[AreaRow]]]:
        """Every wijk with its buurten, by name."""
        return tree().by_wijk(self.gemeente.id)

    @property
    def themes(self) -> list[tuple[Theme, str]]:
        return [(one, theme_name(one)) for one in themes_of(self.gemeente.id)]

    @property
    def stages(self) -> list[tuple[str, Any]]:
        return [(name, label) for name, (_stage, label) in STAGES.items()]

    @property
    def orders(self) -> list[tuple[str, Any, str]]:
        """With the address of the same list in that order."""
        return [(name, label, f"?{self._query(name)}") for name, label in ORDER_LABELS.items()]

    @property
    def query(self) -> str:
        """The same, as an address asks it."""
        return self._query(self.order)

    def _query(self, order: str) -> str:
        asked = self.asked
        said = {
            "q": asked.text,
            "wijk": asked.area.code if asked.area else "",
            "fase": self.stage,
            "thema": self.theme.slug if self.theme else "",
            "hulp": "1" if asked.needs_help else "",
            "volgorde": order,
        }
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def for_map(self) -> str:
        """The same, as the API is asked for the points."""
        asked = self.asked
        said = {
            "area": asked.area.code if asked.area else self.gemeente.code,
            "stage": asked.stage,
            "theme": self.theme.slug if self.theme else "",
            "q": asked.text,
            "needsHelp": "true" if asked.needs_help else "",
        }
        return urlencode({name: value for name, value in said.items() if value})


def read_filters(gemeente: AreaRow, asked: Mapping[str, str]) -> Chosen:
    """What is not there is as if it was not asked. No query."""
    area = tree().by_code.get(asked.get("wijk", ""))
    if area is not None and (area.gemeente_id != gemeente.id or area.level == "gemeente"):
        area = None
    theme = next((one for one in themes_of(gemeente.id) if one.slug == asked.get("thema")), None)
    stage = asked.get("fase", "")
    order = asked.get("volgorde", "")
    return Chosen(
        asked=Asked(
            gemeente.id,
            area=area,
            stage=STAGES[stage][0] if stage in STAGES else "",
            theme_id=theme.pk if theme else None,
            needs_help=asked.get("hulp") == "1",
            text=" ".join(asked.get("q", "").replace("\0", " ").split())[:LONGEST_TEXT],
            order=ORDERS.get(order, "newest"),
        ),
        gemeente=gemeente,
        stage=stage if stage in STAGES else "",
        order=order if order in ORDERS else "",
        theme=theme,
    )


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """At most four queries of its own, whatever there is."""
    check_throttle(request, "public")
    gemeente = tree().by_id.get(scope_of(request).gemeente_id or 0)
    if gemeente is None:
        raise Http404
    chosen = read_filters(gemeente, request.GET.dict())
    cursor = request.GET.get("na", "")
    try:
        rows, after = public.page_of(chosen.asked, cursor=cursor, limit=ON_PAGE)
    except BadRequest:  # an old or broken address: the beginning of the same list
        return HttpResponseRedirect(f"{request.path}?{chosen.query}")
    many = public.count_of(chosen.asked)
    query = chosen.query
    context = {
        "chosen": chosen,
        "lines": public.lines_of(rows),
        "many": min(many, MOST_COUNTED),
        "more_than": many > MOST_COUNTED,
        "first": f"?{query}" if cursor else "",
        "next": f"?{f'{query}&' if query else ''}na={quote(after)}" if after else "",
        "box": chosen.asked.area.bbox if chosen.asked.area else gemeente.bbox,
        "feed": _feed(chosen.asked.area),
        "begin": reverse("initiative_begin") + (f"?wijk={chosen.asked.area.code}" if chosen.asked.area else ""),
        "canonical": request.build_absolute_uri(reverse("initiatives")),
    }
    return render(request, "initiatives/list.html", context)


def _feed(area: AreaRow | None) -> str:
    wijk = next((row for row in tree().ancestors(area.id) if row.level == "wijk"), None) if area else None
    return reverse("initiatives_feed_wijk", args=[wijk.code]) if wijk else reverse("initiatives_feed")


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """At most 15 queries, whatever belongs to it. Before it is public only the group and the desk find it."""
    check_throttle(request, "public")
    gemeente = tree().by_id.get(scope_of(request).gemeente_id or 0)
    if gemeente is None:
        raise Http404
    actor = actor_of_request(request)
    stream = initiative_stream(slug)
    numbers = {stream: 0} | heads([stream])  # before anything that is shown is read
    initiative = get_initiative_for(actor, slug)
    if initiative.gemeente_id != gemeente.id:
        raise Http404
    now = timezone.now()
    pictures, group = seen.pictures_of(initiative), seen.group_of(initiative)
    residents = {one.resident_id for one in group if one.resident_id is not None}
    place, wijk = public.place_of(initiative)
    theme = public.theme_of(initiative)
    context = {
        "initiative": initiative,
        "streams": sorted(numbers.items()) if initiative.is_public else [],
        "place": place,
        "wijk": wijk,
        "area": tree().by_id.get(initiative.area_id or 0),
        "gemeente": gemeente,
        "theme": theme,
        "theme_label": theme_name(theme) if theme else "",
        "pictures": pictures,
        "way": seen.way_of(initiative),
        "group": seen.faces_of(group),
        "coach": seen.coach_of(initiative, now),
        "bar": public.bar_of(initiative),
        "standing": support_of(initiative, actor),
        "inside": actor.resident_id in residents or _helps(actor, initiative),
        "point": _point(initiative),
        "shows_support": public.shows_support(initiative),
        "help": help_of(initiative, actor),
        "talk": comments_of(initiative, actor, group=residents, many=FIRST_SAID, answers=False),
        **telling_of(initiative, timezone.localdate(now)),
        "back": looking_back_of(initiative),
        "partners": partners_of(initiative),
        "win": win_of(initiative),
        "waits": "accept" in steps_from(initiative.stage, By.COACH),
        "speaks_here": allows(initiative.stage, Act.COMMENT),
        "share": share_links(request, initiative),
        "head": head_of(request, initiative, pictures, gemeente),
        "now": now,
    }
    return render(request, "initiatives/detail.html", context)


def _helps(actor: Actor, initiative: Initiative) -> bool:
    """Whether this is a professional who helps the group. No query for others."""
    if actor.professional_id is None:
        return False
    return may(roles_of(actor, initiative), Deed.SEE_INSIDE, initiative.stage)


def _point(initiative: Initiative) -> str:
    """Longitude and latitude as the map reads them; empty without a place."""
    if initiative.lon is None or initiative.lat is None:
        return ""
    return f"{initiative.lon:.5f} {initiative.lat:.5f}"


def share_links(request: HttpRequest, initiative: Initiative) -> dict[str, str] | None:
    """Where it can be passed on with plain links; None before it is public."""
    if not initiative.is_public:
        return None
    url = request.build_absolute_uri(reverse("initiative", args=[initiative.slug]))
    said = f"{initiative.title} {url}"
    return {
        "url": url,
        "whatsapp": f"https://wa.me/?{urlencode({'text': said})}",
        "mail": f"mailto:?subject={quote(initiative.title)}&body={quote(said)}",
    }


urlpatterns = [
    path("initiatieven/", listing, name="initiatives"),
    path("initiatieven/<slug:slug>/", detail, name="initiative"),
]
