"""Where allauth looks for providers of an app in INSTALLED_APPS."""

from __future__ import annotations

from core.accounts.oidc import OrganisationProvider

provider_classes = [OrganisationProvider]
