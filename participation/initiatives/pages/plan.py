"""The steps of a plan as forms: what each asks, what was typed, and what it makes of the initiative."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.areas.queries import locate, tree
from core.errors import FieldError
from core.places import queries as places
from participation.initiatives.actions.drafting import NEEDED, TEXTS
from participation.initiatives.models import Initiative
from participation.routing.queries import themes_of
from participation.routing.wording import theme_name

STEPS = ("what", "why", "where", "who", "needed", "photos", "similar", "look")
WORDS = {
    "what": "wat",
    "why": "waarom",
    "where": "waar",
    "who": "wie",
    "needed": "nodig",
    "photos": "fotos",
    "similar": "lijkt-op",
    "look": "nakijken",
}
"""As they stand in the address."""
TITLES = {
    "what": _("What do you want to do?"),
    "why": _("Why is it good for the neighbourhood?"),
    "where": _("Where is it?"),
    "who": _("Who is it for, and who takes part?"),
    "needed": _("What do you need, and when?"),
    "photos": _("Do you have photos?"),
    "similar": _("Look at these first"),
    "look": _("Look once more"),
}
ASKS = {
    "what": ("title", "what", "theme"),
    "why": ("why",),
    "where": ("area", "address", "point"),
    "who": ("who",),
    "needed": ("wanted", "when"),
    "similar": ("approach",),
}
"""What of an initiative each step changes, as in `change_initiative`."""
STEP_OF = {name: step for step, names in ASKS.items() for name in names}
REQUIRED_IN = {"what": ("title", "what"), "where": ("area",)}
FIELD_OF = {"point": "area"}
MOST_TYPED = 10_000


def _area(label: Any, rows: int, **extra: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, required=False, widget=widget, **extra)


class PlanForm(forms.Form):
    """Shows what there is; what was typed is judged by the action."""

    title = forms.CharField(
        label=_("Give it a name"),
        help_text=_("Short and clear. For example: a garden on the square."),
        widget=forms.TextInput(attrs={"maxlength": TEXTS["title"], "autocomplete": "off", "dir": "auto"}),
    )
    what = forms.CharField(
        label=_("What are you going to do?"),
        help_text=_("Tell it as you would to a neighbour. In your own language is fine too."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)
    why = _area(_("What gets better?"), 5, help_text=_("What is missing now? Who will notice?"))
    area = forms.ChoiceField(label=_("Which part of town?"))
    address = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("A street, a square or a building."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": TEXTS["address"], "dir": "auto"}),
    )
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    who = _area(
        _("Who is it for, and who helps?"), 4, help_text=_("For example: children of 6 to 12, and their parents.")
    )
    name = forms.CharField(
        label=_("Your name, as neighbours see it"),
        help_text=_("A first name is enough. Without a name you are “a neighbour”."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 60, "autocomplete": "nickname", "dir": "auto"}),
    )
    wanted = _area(
        _("What do you need?"), 4, help_text=_("Money, a place, tools, hands, advice, a permit. You ask for it later.")
    )
    when = forms.CharField(
        label=_("When?"),
        help_text=_("For example: every Saturday from April."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": TEXTS["when"], "dir": "auto"}),
    )

    def __init__(self, values: dict[str, Any], *, gemeente_id: int) -> None:
        super().__init__(initial=values, auto_id="id_%s")
        self.full_clean()
        self.fields["theme"].choices = [  # type: ignore[attr-defined]
            ("", _("Something else, or I do not know")),
            *((one.slug, theme_name(one)) for one in themes_of(gemeente_id)),
        ]
        self.fields["area"].choices = area_choices(gemeente_id)  # type: ignore[attr-defined]

    def say(self, mistakes: list[FieldError]) -> list[tuple[str, str]]:
        """Put each next to its field; answers them all for the summary: (anchor, words)."""
        said = []
        for mistake in mistakes:
            name = FIELD_OF.get(mistake.field, mistake.field)
            if name in self.fields:
                self.errors[name] = self.error_class([str(mistake.detail)], renderer=self.renderer)
            said.append((f"#id_{name}", str(mistake.detail)))
        return said


def area_choices(gemeente_id: int) -> list[Any]:
    """The quarters grouped by wijk, each wijk as a whole, and all of town."""
    known = tree()
    town = known.by_id[gemeente_id]
    choices: list[Any] = [("", _("Choose a quarter"))]
    for wijk in known.wijken(gemeente_id):
        whole = (wijk.code, gettext("All of %(place)s") % {"place": wijk.name})
        below = [(one.code, one.name) for one in known.children(wijk.id)]
        choices.append((wijk.name, [whole, *below]) if below else (wijk.code, wijk.name))
    return [*choices, (town.code, gettext("All of %(place)s") % {"place": town.name})]


def values_of(initiative: Initiative) -> dict[str, Any]:
    """What is kept, as the form shows it."""
    area = tree().by_id.get(initiative.area_id or 0)
    theme = next((one for one in themes_of(initiative.gemeente_id) if one.pk == initiative.theme_id), None)
    texts = {name: getattr(initiative, name) for name in TEXTS}
    return texts | {
        "theme": theme.slug if theme else "",
        "area": area.code if area else "",
        "lon": initiative.lon,
        "lat": initiative.lat,
        "approach": initiative.approach,
    }


def stored(initiative: Initiative, step: str) -> dict[str, Any]:
    """What is kept of one step, as an action takes it."""
    values = values_of(initiative)
    values["point"] = (initiative.lon, initiative.lat) if initiative.lon is not None else None
    return {name: values[name] for name in ASKS.get(step, ())}


def mark_of(values: dict[str, Any]) -> str:
    """Tells what a step held when its page was made: whether another of the group changed it meanwhile."""
    said = repr(sorted((name, "" if value is None else str(value)) for name, value in values.items()))
    return salted_hmac("participation.initiatives.plan", said, algorithm="sha256").hexdigest()[:16]


def typed(post: QueryDict, name: str) -> str:
    """As typed, with the line ends of this side."""
    return (post.get(name) or "").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()[:MOST_TYPED]


def read_step(post: QueryDict, step: str, was: dict[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    """What this page says of its step, for the action; and what was wrong with a place that was picked.

    `was`: what is kept of the step (`stored`).
    """
    if step == "where":
        return _read_where(post, was)
    return {name: typed(post, name) for name in ASKS[step] if name in post}, []


def _read_where(post: QueryDict, was: dict[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    """Where the last thing done decides: a place picked from a list, another quarter, a moved map."""
    values: dict[str, Any] = {
        "area": typed(post, "area"),
        "address": typed(post, "address"),
        "point": _point(post.get("lon"), post.get("lat")),
    }
    if "clear" in post:
        return values | {"point": None, "address": ""}, []
    picked = typed(post, "pick")
    if picked:
        kind, _colon, rest = picked.partition(":")
        if kind == "at":
            lon, lat, label = (*rest.split(",", 2), "", "")[:3]
            return values | {"area": "", "point": _point(lon, lat), "address": label[:200]}, []
        found = places.lookup(rest).place
        if found is None or found.point is None:
            words = gettext("We cannot look up this address now. Choose the quarter, and write the address below.")
            return values, [FieldError("area", "unknown-place", words)]
        return values | {"area": "", "point": found.point, "address": found.label[:200]}, []
    if "plain" in post and values["area"] != was["area"] and not _within(values["point"], values["area"]):
        values["point"] = None
    return values, []


def _point(lon: Any, lat: Any) -> tuple[float, float] | None:
    try:
        found = float(lon or ""), float(lat or "")
    except ValueError:
        return None
    return found if abs(found[0]) <= 180 and abs(found[1]) <= 90 else None


def _within(point: tuple[float, float] | None, code: str) -> bool:
    chain = locate(*point) if point is not None else None
    return chain is not None and any(one.code == code for one in chain)


def places_to_pick(gemeente_id: int, searched: str, initiative: Initiative | None) -> dict[str, Any]:
    """What the search found, and the streets in the quarter that was chosen; for a page without a map."""
    gemeente = tree().by_id[gemeente_id]
    found = places.suggest(searched, gemeente) if searched else None
    area = tree().by_id.get(initiative.area_id or 0) if initiative is not None and initiative.lon is None else None
    near = places.streets_near(*area.point, gemeente) if area is not None and not searched else None
    return {
        "searched": searched,
        "found": [(f"id:{one.id}", one.label) for one in found.results] if found else [],
        "search_works": found.available if found else True,
        "streets": [(f"at:{one.point[0]},{one.point[1]},{one.name}", one.name) for one in near.results] if near else [],
    }


def missing_in(step: str, values: dict[str, Any]) -> list[FieldError]:
    """What has to be there before one goes on. A place on the map tells its quarter itself."""
    return [
        FieldError(name, "required", NEEDED[name])
        for name in REQUIRED_IN.get(step, ())
        if not values.get(name) and not (name == "area" and values.get("point"))
    ]
