"""What the workplace's forms share: refusals of the domain beside the field they are about."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from core.errors import Invalid


def put_errors(form: forms.Form, error: Invalid, names: Mapping[str, str] | None = None) -> None:
    """Each refusal to its field (`names`: the domain's name → the form's), else on top of the form."""
    for one in error.errors:
        field = (names or {}).get(one.field, one.field)
        form.add_error(field if field in form.fields else None, str(one.detail))
