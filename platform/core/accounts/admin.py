"""Accounts in `/beheer/`: one name as people call themselves, and the language their mails come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from core.accounts.leaving import hindrances
from core.accounts.models import User

FIELDS = ("username", "email", "name", "language", "is_superuser", "groups")


class _OurFields(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.STAFF_LANGUAGES, initial=settings.LANGUAGE_CODE)
    first_name = last_name = None

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        if others.exists():
            raise forms.ValidationError(gettext("Another account has this e-mail address."), code="taken")
        return email


class CreateUserForm(_OurFields, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        fields = FIELDS


class EditUserForm(_OurFields, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = (*FIELDS, "is_active")

    def clean_is_active(self) -> bool:
        active = bool(self.cleaned_data["is_active"])
        if not active and self.instance.is_active and self.instance.pk:
            found = hindrances(self.instance.pk)
            if found:
                raise forms.ValidationError([str(one.text) for one in found], code="still-responsible")
        return active


class UserViewSet(WagtailUserViewSet):
    def get_form_class(self, for_update: bool = False) -> Any:
        return EditUserForm if for_update else CreateUserForm
