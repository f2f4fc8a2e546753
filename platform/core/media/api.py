"""`POST /uploads`: a photo, before there is a report."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.throttles import throttle
from core.api.views import ApiView
from core.media.actions import StoredPhoto, store_upload
from core.media.errors import refused
from core.media.uploads import receive_in_memory
from core.media.urls import upload_thumbnail_url


class UploadForm(serializers.Serializer[Any]):
    file = serializers.FileField(
        help_text="JPEG, PNG, WebP or HEIC, at most 20 MB and 60 megapixels (36 when it is not a JPEG)."
    )


class PointSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="Longitude, latitude (WGS 84)."
    )


class UploadSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="To be named in the `photos` of a report within 24 hours.")
    width = serializers.IntegerField(help_text="Pixels of the photo as we keep it, upright.")
    height = serializers.IntegerField()
    thumbnailUrl = serializers.CharField(help_text="Shows the photo to its sender, until a report has claimed it.")
    location = PointSerializer(
        allow_null=True, help_text="Where the camera says it was; a proposal that we do not keep."
    )


class UploadsView(ApiView):
    """Open to everyone, so without session and therefore without CSRF."""

    public = True
    throttle_classes = [throttle("upload", "POST")]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="createUpload",
        tags=["reports"],
        summary="Send a photo",
        description="All metadata is removed before anything is stored. Unclaimed photos are gone after 24 hours.",
        request={"multipart/form-data": UploadForm},
        responses={201: UploadSerializer},
    )
    def post(self, request: Request) -> Response:
        receive_in_memory(request._request, photos=1)
        file = request.FILES.get("file")
        if file is None:
            raise refused("required")
        return Response(_shape(request, store_upload(file=file, now=timezone.now())), status=201)


def _shape(request: Request, stored: StoredPhoto) -> dict[str, Any]:
    photo, location = stored.photo, stored.location
    return {
        "id": photo.id,
        "width": photo.width,
        "height": photo.height,
        "thumbnailUrl": request.build_absolute_uri(upload_thumbnail_url(photo.id)),
        "location": {"type": "Point", "coordinates": list(location)} if location else None,
    }


urlpatterns = [path("uploads", UploadsView.as_view(), name="uploads")]
