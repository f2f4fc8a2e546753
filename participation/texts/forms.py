"""Reading what a form says, and saying what is wrong with it: in one way on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from core.errors import Conflict, DomainError, FieldError, Invalid, NotAllowed, NotFound, Stale
from core.ui.days import day_of
from participation.texts.checking import check_text, mark_of


class SeeOther(HttpResponseRedirect):
    """After a POST: get this page, whatever the browser would do with a 302."""

    status_code = 303


def number_in(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 18 else None


def number_of(typed: str) -> int:
    """For a number that a page of ours put there; `NotFound` for anything else."""
    found = number_in(typed)
    if found is None:
        raise NotFound
    return found


def uuid_of(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


def page_of(request: HttpRequest) -> int:
    return min(max(number_in(request.GET.get("pagina", "")) or 1, 1), 500)


def day_in(typed: str, field: str) -> date | None:
    """Where a day may be left out: None when nothing was typed, `Invalid` on `field` for what is no day."""
    day = day_of(typed)
    if day is None and typed.strip():
        raise Invalid(FieldError(field, "invalid", _("This is not a day. Write it like 2027-04-30.")))
    return day


def status_of(problem: DomainError | None) -> int:
    """The HTTP status of a page that shows this refusal with what was typed."""
    if isinstance(problem, NotAllowed):
        return 403
    return 200 if problem is None else 409 if isinstance(problem, Conflict | Stale) else 400


def mistakes_in(problem: DomainError | None, anchors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """For a template: `wrong`, the words beside each field, and `problems` for its summary: (anchor, words).

    A field stands at `#id_<field>`, unless `anchors` says otherwise; empty: it is not on the page. A dot in the name
    of a field is an underscore here.
    """
    if not isinstance(problem, Invalid):
        return {"wrong": {}, "problems": [("", str(problem.message))] if problem is not None else []}
    wrong = {one.field.replace(".", "_"): str(one.detail) for one in problem.errors}
    known = anchors or {}
    return {"wrong": wrong, "problems": [(known.get(name, f"#id_{name}"), words) for name, words in wrong.items()]}


def looks_twice(post: QueryDict, text: str, gemeente_id: int) -> dict[str, Any] | None:
    """What the writer may want to look at before everybody reads it: personal data, rude words. Asked once per text
    (`initiatives/group/asked.html` in the form); None: nothing to ask."""
    if post.get("guarded") == mark_of(text):
        return None
    checked = check_text(text, gemeente_id)
    return {"findings": checked.shown(), "mark": mark_of(text)} if checked.findings else None
