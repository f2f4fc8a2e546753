"""The editor's form of a wijk page."""

from __future__ import annotations

from typing import Any

from cms.base.forms import OwnAreaForm
from core.areas.queries import tree


class WijkPageForm(OwnAreaForm):
    """A published page needs its area; a copy and a draft may still miss it. Below a wijk stand its own buurten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "area" in self.fields:
            self.fields["area"].required = True
            if self.place_id in tree().by_id:
                self.offer(tree().by_id[pk] for pk in tree().descendants(self.place_id) if pk != self.place_id)
            field = self.fields["area"]
            taken = set(type(self.instance).objects.exclude(pk=self.instance.pk).values_list("area_id", flat=True))
            field.choices = [(pk, name) for pk, name in field.choices if pk not in taken]
        for formset in self.formsets.values():
            if formset.prefix == "moments":
                formset.form_kwargs["gemeente_id"] = self.gemeente_id
