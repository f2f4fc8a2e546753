"""Tags that every template has: the built frontend, icons, form fields and small parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.ui import assets

register = template.Library()

STATUSES = frozenset(
    {"received", "assigned", "in-progress", "planned", "waiting", "resolved", "unresolved", "reopened"}
)


@register.simple_tag(takes_context=True)
def vite(context: Context, name: str) -> SafeString:
    """Stylesheets and module of a frontend entry; nothing (and a comment) while it is not built.

    A file is named once per page, also when two entries share it. Nothing needs a nonce: all
    files are our own, so that a page may be cached whole.
    """
    found = assets.entry(name)
    if found is None:
        return format_html("<!-- frontend entry “{}” is not built: run “make frontend” -->", name)
    # The first layer is the page's own; an included template gets a new one on top.
    emitted: set[str] = cast("Any", context.render_context).dicts[0].setdefault("vite_emitted", set())
    lines = []
    for pattern, addresses in (
        ('<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>', found.fonts),
        ('<link rel="stylesheet" href="{}">', found.styles),
        ('<link rel="modulepreload" href="{}">', found.imports),
        ('<script type="module" src="{}"></script>', (found.script,) if found.script else ()),
    ):
        fresh = [address for address in addresses if address not in emitted]
        emitted.update(fresh)
        lines += [format_html(pattern, address) for address in fresh]
    return format_html_join("\n", "{}", ((line,) for line in lines))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon in the colour and size of its text; words beside it say what it means."""
    drawing = assets.icon(name)
    if not drawing:
        return SafeString("")
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        name,
        mark_safe(drawing),  # noqa: S308  (our own build's file)
    )


@register.inclusion_tag("ui/status.html")
def status(code: str, label: str, size: str = "") -> dict[str, Any]:
    """A case's status as a pill: icon and word. `size` may be "large"."""
    return {"code": code if code in STATUSES else "received", "label": label, "size": size}


@register.inclusion_tag("ui/avatar.html")
def avatar(name: str, photo_url: str | None = None, size: str = "") -> dict[str, Any]:
    """A face, or the initials while there is no photo. Decorative: the name stands beside it."""
    return {"photo_url": photo_url, "initials": initials(name), "size": size}


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and last word: "Fatima el Idrissi" is "FI"."""
    parts = [word for word in str(name).split() if word[:1].isalnum()]
    return "".join(word[0].upper() for word in (parts[:1] + parts[-1:] if len(parts) > 1 else parts))


@register.filter
def when(moment: datetime | str | None) -> datetime | None:
    """A moment, also as the API writes it ("2026-11-21T09:30:00Z"), in local time for `|date`; None stays None."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if moment else None
    return timezone.localtime(moment) if moment else None


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, **extra: Any) -> dict[str, Any]:
    """A field with label, hint, control and errors, linked for assistive technology.

    `hide_label=True` where a heading says the same; `always=True` leaves out "(optional)" where
    something else decides.
    """
    return field_context(bound) | extra


@register.inclusion_tag("ui/typed_field.html")
def typed_field(name: str, label: str, value: object = "", error: str = "", **more: Any) -> dict[str, Any]:
    """A field of a form that is no Django form, with label, hint and error, linked for assistive technology.

    `more`: `id` (`id_<name>`), `hint`, `optional`, `rows` (then it has lines), `type`, `most` (characters), `size`
    ("short"), `auto` (autocomplete), `mode` (inputmode), `dir`, `min`, `needed`.
    """
    return {"id": f"id_{name}", "type": "text", "dir": "auto"} | more | {
        "name": name, "label": label, "value": value, "error": error,
    }  # fmt: skip


@register.inclusion_tag("ui/typed_choices.html")
def typed_choices(name: str, label: str, choices: Any, value: object = "", error: str = "", **more: Any) -> Any:
    """The same for one of some choices: (value, words). `more`: `id`, `hint`, `optional`."""
    return {"id": f"id_{name}"} | more | {
        "name": name, "label": label, "value": str(value), "error": error,
        "choices": [(str(one), words) for one, words in choices],
    }  # fmt: skip


@register.inclusion_tag("ui/error_summary.html")
def problem_summary(problems: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The same summary as `error_summary`, of (anchor, words); an anchor may be empty."""
    return {"lines": [(anchor.removeprefix("#"), words) for anchor, words in problems or ()]}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """Everything that is wrong, on top of the form, each line a link to its field."""
    lines = [("", error) for error in form.non_field_errors()]
    for bound in form:
        anchor = bound.id_for_label or f"id_{bound.html_name}"
        lines += [(anchor, error) for error in bound.errors]
    return {"lines": lines}


def field_context(bound: BoundField) -> dict[str, Any]:
    widget = bound.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        kind = "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "checkbox"
    elif isinstance(widget, FileInput):
        kind = "file"
    else:
        kind = "text"
    return {"field": bound, "kind": kind}
