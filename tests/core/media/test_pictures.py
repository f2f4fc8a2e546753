"""What goes in, and what comes out: pixels, the right way up, in sRGB, and nothing else."""

from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from core.errors import Invalid
from core.media import jpeg, pictures
from core.media.location import location_of
from core.media.pictures import MAX_SCANS, encode, read_picture, smaller
from tests.core.media.conftest import MOERWIJK, encoded, exif, gps, scene

KINDS = ["JPEG", "PNG", "WEBP", "HEIF"]


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_picture(data)
    [error] = caught.value.errors
    assert error.field == "file"
    assert str(error.detail).endswith(".")
    return error.code


def corners(image: Image.Image) -> str:
    """The colours of the four quarters: top left, top right, bottom left, bottom right."""
    width, height = image.size

    def colour(x: int, y: int) -> str:
        red, green, blue = image.convert("RGB").getpixel((x, y))
        return "W" if min(red, green, blue) > 200 else "RGB"[max(range(3), key=(red, green, blue).__getitem__)]

    return "".join(colour(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_photo_comes_out_as_a_bare_jpeg_with_its_place_proposed(kind):
    sent = encoded(scene(), kind, exif=exif(gps=gps()).tobytes())
    assert b"SECRET" in sent
    picture = read_picture(sent)
    out = encode(picture.image)
    assert picture.location == pytest.approx(MOERWIJK, abs=1e-5)
    assert corners(Image.open(BytesIO(out))) == "RGBW"
    assert {marker for marker, _length in jpeg.segments(out)} <= jpeg.BARE
    for trace in (b"SECRET", b"Exif", b"ICC_PROFILE", b"http://ns.adobe.com", b"GPS", b"xmp"):
        assert trace not in out
    assert not Image.open(BytesIO(out)).getexif()


def test_comments_xmp_thumbnails_and_profiles_do_not_come_out():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = encoded(scene(), comment=b"SECRETCOMMENT", xmp=b"<x:xmpmeta>SECRETXMP</x:xmpmeta>", icc_profile=profile)
    assert all(trace in sent for trace in (b"SECRETCOMMENT", b"SECRETXMP", b"ICC_PROFILE"))
    out = encode(read_picture(sent).image)
    assert jpeg.is_bare(out)
    assert b"SECRET" not in out
    assert jpeg.is_bare(smaller(out, "thumb"))


def test_an_output_with_anything_beside_pixels_is_not_let_through():
    clean = encode(scene())
    assert jpeg.is_bare(clean)
    assert not jpeg.is_bare(encoded(scene(), comment=b"x"))
    assert not jpeg.is_bare(encoded(scene(), exif=exif().tobytes()))
    assert not jpeg.is_bare(clean + b"PK\3\4")
    assert not jpeg.is_bare(clean[:-2])
    assert not jpeg.is_bare(b"")


@pytest.mark.parametrize(
    ("orientation", "expected", "size"),
    [
        (1, "RGBW", (400, 300)),
        (2, "GRWB", (400, 300)),
        (3, "WBGR", (400, 300)),
        (4, "BWRG", (400, 300)),
        (5, "RBGW", (300, 400)),
        (6, "BRWG", (300, 400)),
        (7, "WGBR", (300, 400)),
        (8, "GWRB", (300, 400)),
        (9, "RGBW", (400, 300)),
        (0, "RGBW", (400, 300)),
    ],
)
def test_the_camera_s_orientation_is_put_into_the_pixels(orientation, expected, size):
    picture = read_picture(encoded(scene(), exif=exif(orientation).tobytes()))
    assert picture.image.size == size
    assert corners(picture.image) == expected


def test_a_turned_heic_is_turned_once():
    picture = read_picture(encoded(scene(), "HEIF", exif=exif(6).tobytes()))
    assert picture.image.size == (300, 400)
    assert corners(picture.image) == "BRWG"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ((3000, 1500), (2048, 1024)),
        ((4032, 400), (2016, 200)),  # half of it: as near as a JPEG, that decodes to half by itself
        ((9000, 1000), (2048, 228)),
        ((2048, 2048), (2048, 2048)),
        ((40, 30), (40, 30)),
        ((20000, 8), (2048, 1)),
    ],
)
def test_a_photo_is_made_to_fit_2048_pixels_and_never_enlarged(sent, expected):
    assert read_picture(encoded(scene(*sent))).image.size == expected


def test_smaller_sizes_fit_theirs():
    master = encode(scene(2048, 1536))
    assert Image.open(BytesIO(smaller(master, "thumb"))).size == (320, 240)
    assert Image.open(BytesIO(smaller(master, "medium"))).size == (960, 720)
    assert Image.open(BytesIO(smaller(encode(scene(100, 80)), "thumb"))).size == (100, 80)


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("JPEG", "CMYK"), ("JPEG", "L")])
def test_every_kind_of_colour_becomes_rgb(kind, mode):
    image = read_picture(encoded(scene(mode=mode), kind)).image
    assert image.mode == "RGB"
    if mode not in {"L", "1"}:
        assert corners(image) == "RGBW"


def test_16_bits_of_grey_keep_their_brightness():
    sent = Image.new("I;16", (64, 64), 32768)
    assert read_picture(encoded(sent, "PNG")).image.getpixel((32, 32)) == pytest.approx((128, 128, 128), abs=2)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_what_is_transparent_becomes_white(kind):
    sent = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    sent.paste((200, 0, 0, 255), (0, 0, 32, 64))
    image = read_picture(encoded(sent, kind)).image
    assert image.getpixel((48, 32)) == pytest.approx((255, 255, 255), abs=6)
    assert image.getpixel((8, 32))[0] > 150


def test_a_transparent_palette_colour_becomes_white():
    sent = Image.new("P", (64, 64), 0)
    sent.putpalette([0, 0, 0, 255, 0, 0])
    assert read_picture(encoded(sent, "PNG", transparency=0)).image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_kept(kind):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "lime")]
    sent = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    red, green, blue = read_picture(sent).image.getpixel((32, 32))
    assert (red > 240, green < 15, blue < 15) == (True, True, True)


def test_the_colours_of_a_profile_become_those_of_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))
    swapped = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    assert corners(read_picture(encoded(scene(), icc_profile=profile)).image) == "RGBW"
    assert corners(read_picture(encoded(scene(), icc_profile=swapped)).image) == "GRBW"


@pytest.mark.parametrize("profile", [b"rubbish" * 100, bytes(200)])
def test_a_profile_that_makes_no_sense_is_ignored(profile):
    assert corners(read_picture(encoded(scene(), icc_profile=profile)).image) == "RGBW"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (gps(), MOERWIJK),
        (gps(lat_ref="S", lon_ref="W"), (-4.298, -52.0503)),
        (gps(lat_ref=b"N\0", lon_ref="e"), MOERWIJK),
        (gps(lat=(52.0503,), lon=(4.298,)), MOERWIJK),
        (gps(lat=52.0503, lon=4.298), MOERWIJK),
        ({}, None),
        (gps(lat_ref=None), None),
        (gps(lat_ref="E"), None),
        (gps(lat=None), None),
        (gps(lat=()), None),
        (gps(lat=(1.0, 2.0, 3.0, 4.0)), None),
        (gps(lat=(float("nan"), 0.0, 0.0)), None),
        (gps(lat=(float("inf"), 0.0, 0.0)), None),
        (gps(lat=(91.0, 0.0, 0.0)), None),
        (gps(lat=(90.0, 1.0, 0.0)), None),
        (gps(lat=(52.0, 61.0, 0.0)), None),
        (gps(lat=(-52.0, 0.0, 0.0)), None),
        (gps(lat="52", lon=("x", "y", "z")), None),
        (gps(lat=(0.0, 0.0, 0.0), lon=(0.0, 0.0, 0.0)), None),
    ],
)
def test_a_place_is_read_with_its_hemisphere_and_rubbish_is_no_place(tags, expected):
    assert location_of(tags) == (pytest.approx(expected, abs=1e-5) if expected else None)


def test_division_by_zero_in_the_gps_is_no_place():
    broken = encoded(scene(), exif=exif(gps=gps()).tobytes())
    fraction = struct.pack(">II", 52, 1) if struct.pack(">II", 52, 1) in broken else struct.pack("<II", 52, 1)
    assert fraction in broken
    assert read_picture(broken.replace(fraction, fraction[:4] + bytes(4))).location is None


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_broken_exif_does_not_stop_a_photo():
    sent = encoded(scene(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\xff" * 60)
    picture = read_picture(sent)
    assert picture.location is None
    assert corners(picture.image) == "RGBW"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "wrong-type"),
        (b"GIF89a" + bytes(100), "wrong-type"),
        (encoded(scene(), "GIF"), "wrong-type"),
        (encoded(scene(), "BMP"), "wrong-type"),
        (encoded(scene(), "TIFF"), "wrong-type"),
        (encoded(scene(), "AVIF"), "wrong-type"),
        (encoded(scene(), "PDF"), "wrong-type"),
        (b"<html><body>hoi</body></html>", "wrong-type"),
        (b"PK\3\4" + bytes(100), "wrong-type"),
        (b"\xff\xd8\xff", "unreadable"),
        (b"\x89PNG\r\n\x1a\n", "unreadable"),
        (b"RIFF\0\0\0\0WEBP", "unreadable"),
        (b"\0\0\0\x18ftypheic" + bytes(30), "unreadable"),
        (b"\0\0\0\x18ftypavif" + bytes(30), "wrong-type"),
        (b"\xff\xd8\xff" + b"<script>alert(1)</script>" * 50, "unreadable"),
        (b"\xff\xd8\xff\xe0%PDF-1.7\n" + encoded(scene(), "PDF"), "unreadable"),
    ],
)
def test_what_is_not_a_photo_is_refused_by_its_content(data, code):
    assert refusal(data) == code


@pytest.mark.parametrize("kind", KINDS)
def test_what_hangs_behind_or_inside_a_photo_does_not_come_out(kind):
    page = b"<script>alert('SECRET')</script>PK\3\4"
    sent = encoded(scene(), kind) + (page if kind != "HEIF" else struct.pack(">I4s", len(page) + 8, b"free") + page)
    out = encode(read_picture(sent).image)
    assert jpeg.is_bare(out)
    assert b"SECRET" not in out
    assert b"PK\3\4" not in out


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (7, 400), (400, 7)])
def test_a_picture_too_small_to_see_is_refused(kind, size):
    assert refusal(encoded(Image.new("RGB", size, "red"), kind)) == "too-small"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_truncated_file_is_refused_at_every_tenth(kind, tenths):
    noise = Image.merge("RGB", [Image.effect_noise((400, 300), 90) for _band in range(3)])
    whole = encoded(noise, kind)
    assert refusal(whole[: len(whole) * tenths // 10]) == "unreadable"


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_truncated_progressive_jpeg_is_refused_at_every_tenth(tenths):
    noise = Image.merge("RGB", [Image.effect_noise((1200, 900), 90) for _band in range(3)])
    whole = encoded(noise, progressive=True)
    assert refusal(whole[: len(whole) * tenths // 10]) == "unreadable"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 7501), (12000, 12000), (60000, 60000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_a_pixel_is_decoded(size):
    assert refusal(png(*size, chunk(b"IDAT", zlib.compress(bytes(1000))))) == "too-many-pixels"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_what_cannot_be_decoded_smaller_than_it_is_may_hold_fewer_pixels(kind, monkeypatch):
    assert pictures.MAX_PIXELS_WHOLE == 36_000_000
    monkeypatch.setattr(pictures, "MAX_PIXELS_WHOLE", 400 * 300 - 1)
    assert refusal(encoded(scene(400, 300), kind)) == "too-many-pixels"
    assert read_picture(encoded(scene(400, 300))).image.size == (400, 300)


def test_a_png_of_forty_megapixels_is_refused_undecoded():
    assert refusal(png(8000, 5000, chunk(b"IDAT", zlib.compress(bytes(1000))))) == "too-many-pixels"


def test_a_jpeg_that_claims_too_many_pixels_is_refused():
    small = encoded(scene())
    at = small.index(b"\xff\xc0") + 5
    assert refusal(small[:at] + struct.pack(">HH", 60000, 60000) + small[at + 4 :]) == "too-many-pixels"


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_png_whose_text_unpacks_to_gigabytes_is_refused(kind):
    packed = zlib.compress(bytes(30_000_000), 9)
    body = {b"zTXt": b"Comment\0\0", b"iTXt": b"Comment\0\1\0\0\0", b"iCCP": b"p\0\0"}[kind] + packed
    assert refusal(png(64, 64, chunk(kind, body), chunk(b"IDAT", zlib.compress(bytes(64 * 193))))) == "unreadable"


def test_many_png_texts_together_are_refused():
    info = PngImagePlugin.PngInfo()
    for number in range(80):
        info.add_text(f"t{number}", "x" * 900_000, zip=True)
    assert refusal(encoded(scene(), "PNG", pnginfo=info)) == "unreadable"


def test_a_jpeg_of_thousands_of_scans_is_refused_at_once():
    whole = encoded(scene(), progressive=True)
    last_scan = whole.rindex(b"\xff\xda")
    many = whole[:-2] + whole[last_scan:-2] * 500 + b"\xff\xd9"
    assert refusal(many) == "unreadable"


def test_scans_are_those_of_the_picture_and_not_of_the_film_behind_it():
    whole = encoded(scene(), progressive=True)
    film = b"\xff\xda" * 500
    assert jpeg.scans(whole + film, MAX_SCANS) <= 12
    assert corners(read_picture(whole + film).image) == "RGBW"
    assert jpeg.scans(b"\xff\xd8" + b"\xff\xda" * 500, 100) <= 101


@pytest.fixture(scope="module")
def samples() -> list[bytes]:
    made = [encoded(scene(48, 40), kind, exif=exif(6, gps()).tobytes()) for kind in KINDS]
    return [*made, encoded(scene(48, 40), progressive=True), encoded(scene(48, 40, "P"), "PNG")]


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_mutated_bytes_are_a_photo_or_a_refusal_and_never_anything_else(samples, data):
    changed = bytearray(data.draw(st.sampled_from(samples)))
    for _change in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(changed) - 1))
        match data.draw(st.sampled_from(["set", "cut", "copy"])):
            case "set":
                changed[at] = data.draw(st.integers(0, 255))
            case "cut" if len(changed) > 20:
                del changed[at : at + data.draw(st.integers(1, 16))]
            case _:
                changed[at:at] = changed[at : at + data.draw(st.integers(1, 64))]
        if not changed:
            break
    try:
        picture = read_picture(bytes(changed))
    except Invalid as error:
        assert [each.field for each in error.errors] == ["file"]  # noqa: PT017 - a refusal is one of two right ends
    else:
        assert jpeg.is_bare(encode(picture.image))


def test_no_error_text_quotes_the_file(caplog):
    refusal(b"\xff\xd8\xff" + b"SECRETNAME" * 100)
    assert not re.search("SECRET", caplog.text)
