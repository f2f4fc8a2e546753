"""How forms look: our field template everywhere, Django's own widgets inside it."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template import TemplateDoesNotExist


class FormRenderer(TemplatesSetting):
    """`frontend/templates/` and the apps' templates first, then the widgets that Django ships."""

    field_template_name = "ui/plain_field.html"
    form_template_name = "ui/form.html"
    _shipped = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        try:
            return super().get_template(template_name)
        except TemplateDoesNotExist:
            return self._shipped.get_template(template_name)
