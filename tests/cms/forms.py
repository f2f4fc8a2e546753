"""What a browser sends back of a form of `/beheer/`, whatever fields its page type has by now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Model


def filled_in(response: Any, **changes: Any) -> dict[str, Any]:
    """The values the form came with; empty bodies, no rows added. `changes` win."""
    form = response.context["form"]
    values: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if type(field).__name__ == "BlockField":
            values[f"{name}-count"] = "0"
        elif type(field.widget).__name__ == "DraftailRichTextArea":
            values[name] = "null"
        elif isinstance(value, bool):
            values |= {name: "on"} if value else {}
        elif isinstance(value, Model):
            values[name] = value.pk
        elif isinstance(value, datetime):
            values[name] = value.strftime("%Y-%m-%d %H:%M")
        elif isinstance(value, date):
            values[name] = value.isoformat()
        elif isinstance(value, (list, tuple)):
            values[name] = [getattr(one, "pk", one) for one in value]
        elif value is not None:
            values[name] = value
    for formset in getattr(form, "formsets", {}).values():
        values |= {f"{formset.prefix}-TOTAL_FORMS": 0, f"{formset.prefix}-INITIAL_FORMS": 0}
    return values | changes
