"""Signing in with the account of one's own organisation (OpenID Connect, code flow with PKCE).

allauth carries the flow. Added here: a nonce, the signature of every ID token (allauth trusts the connection), the
issuer of the discovery document, and who is let in. Whoever that is follows from their groups, which a higher app
knows about: `register_admission`.

An account is found by what the provider calls the person (issuer and `sub`), and the first time by an e-mail address
that the provider has verified; by an unverified one never. Administrators of the whole installation are never found:
whoever runs a provider must not be able to become one.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import jwt
import requests
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from core.accounts.models import User
from core.api.throttles import check_throttle

logger = logging.getLogger(__name__)

PROVIDER_ID = "sso"
"""Our name for the one provider, in addresses and with linked accounts."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures with a key pair. Never those with the client's secret, and never none."""
CLOCKS_DIFFER = 60
"""Seconds by which the provider's clock may be off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the provider says of someone: `email` only when verified, `groups` None when it says nothing of them."""

    email: str
    name: str
    groups: frozenset[str] | None


Refusal = Literal["no-groups", "no-claim", "no-email", "switched-off", "elsewhere", "conflict"]
Admission = Callable[[Identity, User | None, int | None], User | Refusal]
_admissions: list[Admission] = []


def register_admission(admit: Admission) -> None:
    """`admit(identity, account, gemeente_id)` brings the person's places in line with their groups and answers whose
    account it is, made if need be, or why nobody's. `gemeente_id`: the municipality of the host, if it has one.
    """
    _admissions[:] = [admit]


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER)


# --- the flow ---------------------------------------------------------------------------------


class CodeFlow(OpenIDConnectOAuth2Adapter):
    """Believes an ID token when the issuer's own keys signed it, whichever way it came."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            try:
                found: dict[str, Any] = super().openid_config
            except ValueError as error:
                raise OAuth2Error("discovery") from error
            if str(found.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
                del self._openid_config
                raise OAuth2Error("issuer")
        config: dict[str, Any] = self._openid_config
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("id_token")
        signed = said = self._decode_id_token(app, id_token)
        if self.openid_config.get("userinfo_endpoint"):
            more = self._fetch_user_info(token.token)
            if more.get("sub") != said["sub"]:
                raise OAuth2Error("userinfo")
            said = more | said
        login = self.get_provider().sociallogin_from_response(request, said)
        login.said, login.second_factor = said, _second_factor(signed)
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            kid = jwt.get_unverified_header(id_token).get("kid")
            keys = [one for one in self._keys() if kid in (None, one.key_id)]
            if len(keys) != 1:
                raise OAuth2Error("key")
            said: dict[str, Any] = jwt.decode(
                id_token,
                key=keys[0],
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCKS_DIFFER,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise OAuth2Error(type(error).__name__) from error
        if said.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("azp")
        return said

    def _keys(self) -> list[Any]:
        with OidcAdapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            return [one for one in jwt.PyJWKSet.from_dict(answer.json()).keys if one.public_key_use in (None, "sig")]


class OrganisationProvider(OpenIDConnectProvider):
    oauth2_adapter_class = CodeFlow
    pkce_enabled_default = True

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing of the address decides how the flow goes but where it ends."""
        after = get_next_redirect_url(request)
        return {"process": AuthProcess.LOGIN} | ({"next_url": after} if after else {})

    def redirect(self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **more: Any) -> Any:
        nonce = secrets.token_urlsafe(32)
        return super().redirect(request, process, next_url, data, nonce=nonce, auth_params={"nonce": nonce})

    def extract_uid(self, data: dict[str, Any]) -> str:
        """One per issuer and person; the hash fits the column whatever a provider calls its people."""
        return hashlib.sha256(f"{settings.OIDC_ISSUER}\n{data['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """We keep nothing of what the provider tells."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


class OidcAdapter(DefaultSocialAccountAdapter):
    """The one provider of the settings, and the door it opens."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        from allauth.socialaccount.models import SocialApp  # models are not there yet when providers are read

        if not is_on() or provider not in (None, PROVIDER_ID, OrganisationProvider.id):
            return []
        app = SocialApp(
            provider=OrganisationProvider.id,
            provider_id=PROVIDER_ID,
            name=settings.OIDC_LABEL,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_ISSUER, "scope": settings.OIDC_SCOPES},
        )
        return [app]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:
        error, exception = more.get("error"), more.get("exception")
        # Of our own reasons only: what a provider answered may name people.
        why = str(exception) if isinstance(exception, OAuth2Error) and str(exception).isidentifier() else ""
        logger.warning("Signing in through OIDC failed: %s %s", type(exception).__name__ if exception else error, why)
        raise ImmediateHttpResponse(refusal(request, "cancelled" if str(error) == "cancelled" else "failed"))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        said: dict[str, Any] = sociallogin.said
        if not constant_time_compare(str(said["nonce"]), str(sociallogin.state.get("nonce"))):
            raise OAuth2Error("nonce")
        with transaction.atomic():
            outcome = self._admit(sociallogin, identity_of(said), request.scope.only)  # type: ignore[attr-defined]
            if isinstance(outcome, User):
                sociallogin.user = outcome
                self._link(sociallogin)
        if not isinstance(outcome, User):
            logger.warning("Signing in through OIDC refused: %s", outcome)
            raise ImmediateHttpResponse(refusal(request, outcome))

    def _admit(self, sociallogin: Any, identity: Identity, gemeente_id: int | None) -> User | Refusal:
        account = sociallogin.user if sociallogin.account.pk else None
        if account is None and not identity.email:
            return "no-email"
        account = account or User.objects.filter(email__iexact=identity.email).first()
        if account is not None and (account.is_superuser or account.is_demo):
            return "conflict"
        for admit in _admissions:
            return admit(identity, account, gemeente_id)
        return "no-groups"

    def _link(self, sociallogin: Any) -> None:
        """One identity per account: who got a new one at the provider keeps the account and loses the old way in."""
        if sociallogin.account.pk:
            return
        sociallogin.user.socialaccount_set.all().delete()
        sociallogin.account.user = sociallogin.user
        sociallogin.account.save()


def identity_of(said: dict[str, Any]) -> Identity:
    email = str(said.get("email") or "").strip().lower()
    domain = email.rpartition("@")[2]
    verified = said.get("email_verified") in (True, "true") or domain in settings.OIDC_VERIFIED_DOMAINS
    names = (said.get("name"), f"{said.get('given_name') or ''} {said.get('family_name') or ''}".strip())
    return Identity(
        email=email if verified and "@" in email else "",
        name=next((str(one).strip() for one in names if one), "")[:120],
        groups=_groups(said),
    )


def _groups(said: Any) -> frozenset[str] | None:
    """None when the claim is not there: a provider with too many groups for a token leaves it out."""
    for part in settings.OIDC_GROUPS_CLAIM.split("."):
        if not isinstance(said, dict) or part not in said:
            return None
        said = said[part]
    if isinstance(said, str):
        return frozenset(said.split())
    return frozenset(map(str, said)) if isinstance(said, list) else None


def _second_factor(signed: dict[str, Any]) -> bool:
    """Whether the provider signed that it checked a second factor, in the words of the settings."""
    for claim, wanted in settings.OIDC_SECOND_FACTOR:
        value = signed.get(claim)
        if value == wanted or (isinstance(value, list) and wanted in value):
            return True
    return False


def remember(request: HttpRequest, user: User, sociallogin: Any) -> None:
    """In the session: signed in through the provider, and whether a second factor was checked there."""
    request.oidc_second_factor = sociallogin.second_factor  # type: ignore[attr-defined]
    record_authentication(request, user, "oidc", second_factor=sociallogin.second_factor)


# --- pages ------------------------------------------------------------------------------------


def refusal(request: HttpRequest, code: str) -> HttpResponse:
    """Why it did not work and what to do, in words; nothing of what the provider sent."""
    values = {"code": code, "label": settings.OIDC_LABEL}
    return render(request, "account/sso_refused.html", values, status=400 if code == "cancelled" else 403)


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """To the provider. Only from our own pages: another site must not sign anyone in."""
    if not is_on():
        raise Http404
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return redirect("account_login")
    check_throttle(request, "tracking")  # each costs a question to the provider
    provider = OidcAdapter(request).get_provider(request, PROVIDER_ID)
    try:
        answer: HttpResponse = provider.redirect_from_request(request)
    except ImmediateHttpResponse as error:
        return error.response
    except (OAuth2Error, requests.RequestException, LookupError) as error:
        logger.warning("The OIDC provider does not answer as it should: %s", type(error).__name__)
        return refusal(request, "unreachable")
    return answer


@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    if not is_on():
        raise Http404
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(CodeFlow(request, PROVIDER_ID))(request)
    except (OAuth2Error, requests.RequestException, LookupError, ValueError) as error:
        logger.warning("The OIDC provider does not answer as it should: %s", type(error).__name__)
        return refusal(request, "unreachable")
    return answer
