from __future__ import annotations

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from core.api.schema import build_document

pytestmark = pytest.mark.django_db


def test_the_document_is_valid_openapi_3_1_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    GENERATOR_STATS.reset()
    document = build_document()
    validate_schema(document)
    assert document["openapi"].startswith("3.1")
    assert not capsys.readouterr().err


def test_every_operation_says_which_refusals_it_can_give() -> None:
    paths = build_document()["paths"]
    public, own = paths["/public-things"]["post"], paths["/things"]["post"]
    assert {"201", "400", "413", "415", "429", "500"} <= public["responses"].keys()
    assert "401" not in public["responses"] and "security" not in public
    assert {"401", "403"} <= own["responses"].keys() and own["security"] == [{"session": []}]
    assert "security" not in paths["/things"]["get"]
    assert {"404", "412", "428"} <= paths["/versioned/{reference}"]["patch"]["responses"].keys()
    assert "API-Version" in public["responses"]["201"]["headers"]


def test_operation_ids_follow_from_the_address() -> None:
    paths = build_document()["paths"]
    assert paths["/refusing/{kind}"]["get"]["operationId"] == "getRefusingByKind"
    assert paths["/once-only"]["post"]["operationId"] == "postOnceOnly"


def test_everyone_may_read_the_document_and_keep_it_a_while(api: Client) -> None:
    response = api.get("/api/v1/openapi.json", headers={"Origin": "https://a.example"})
    assert response.json()["info"]["version"] == response["API-Version"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=300"
    again = api.get("/api/v1/openapi.json", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304 and not again.content
