"""A small OpenID provider in a process of its own: Authlib's code flow, PKCE required, RS256, rotating nothing.

    python tests/support/openid_provider.py PORT CLIENT SECRET

What a test tells it: `PUT /people/<sub>` with the claims of a person, `PUT /lies` with what it does wrong from now on
(`{"issuer", "nonce", "audience", "expired", "key": "other"|"none"|"secret", "sub"}`). `/authorize` asks nobody
anything: the header `X-Person` says who sits there (without it, the person presses "no").
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback only

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

PORT, CLIENT, SECRET = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ISSUER = f"http://localhost:{PORT}"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"}) for _number in range(2))
people: dict[str, dict[str, Any]] = {}
lies: dict[str, Any] = {}
codes: dict[str, Any] = {}
tokens: dict[str, str] = {}
nonces: set[str] = set()


class Client(ClientMixin):
    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/account/sso/login/callback/")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code:
    """What was allowed, until it is fetched."""

    def __init__(self, asked: Any, sub: str) -> None:
        data = asked.payload.data
        self.redirect_uri, self.scope = data["redirect_uri"], data["scope"]
        self.code_challenge, self.code_challenge_method = data["code_challenge"], data["code_challenge_method"]
        self.nonce, self.sub, self.auth_time = data.get("nonce"), sub, int(time.time())

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Grant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        codes[code] = Code(request, request.user)
        nonces.add(codes[code].nonce)

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        codes.clear()

    def authenticate_user(self, authorization_code: Code) -> str:
        return authorization_code.sub


class Challenge(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]


class Identity(OpenIDCode):
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return nonce in nonces

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": lies.get("issuer", ISSUER),
            "aud": lies.get("audience", CLIENT),
            "iat": now - 7200 * bool(lies.get("expired")),
            "exp": now + 300 - 7200 * bool(lies.get("expired")),
            "sub": request.user,
            "nonce": lies.get("nonce", request.authorization_code.get_nonce()),
        } | {name: people[request.user][name] for name in ("acr", "amr") if name in people[request.user]}
        match lies.get("key"):
            case "other":
                return jwt.encode({"alg": "RS256", "kid": "first"}, claims, OTHER_KEY)
            case "secret":  # the public key taken for a shared secret, the oldest trick there is
                shared = OctKey.import_key(KEY.as_pem(private=False))
                return jwt.encode({"alg": "HS256", "kid": "first"}, claims, shared)
            case "none":
                return jwt.encode({"alg": "none", "kid": "first"}, claims, None, algorithms=["none"])
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, KEY)


app = Flask("provider")
server = AuthorizationServer(
    app,
    query_client=lambda client_id: Client() if client_id == CLIENT else None,
    save_token=lambda token, request: tokens.update({token["access_token"]: request.user}),
)
server.register_grant(Grant, [Identity(require_nonce=True), Challenge(required=True)])


@app.get("/.well-known/openid-configuration")
def discovery() -> Any:
    return jsonify(
        issuer=lies.get("discovery", ISSUER),
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        userinfo_endpoint=f"{ISSUER}/userinfo",
        jwks_uri=f"{ISSUER}/keys",
        token_endpoint_auth_methods_supported=["client_secret_basic"],
    )


@app.get("/keys")
def keys() -> Any:
    return jsonify(KeySet([KEY]).as_dict(private=False))


@app.get("/authorize")
def authorize() -> Any:
    grant = server.get_consent_grant(end_user=None)
    person = request.headers.get("X-Person")
    if not person:
        return redirect(f"{request.args['redirect_uri']}?error=access_denied&state={request.args['state']}")
    return server.create_authorization_response(grant_user=person, grant=grant)


@app.post("/token")
def token() -> Any:
    return server.create_token_response()


@app.get("/userinfo")
def userinfo() -> Any:
    sub = tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if sub is None:
        return jsonify(error="invalid_token"), 401
    return jsonify({"sub": lies.get("sub", sub)} | people[sub])


@app.put("/people/<sub>")
def person(sub: str) -> Any:
    people[sub] = request.get_json()
    return "", 204


@app.put("/lies")
def lie() -> Any:
    lies.clear()
    lies.update(request.get_json())
    return "", 204


if __name__ == "__main__":
    app.run("localhost", PORT, threaded=False)
