"""Photos of every wrong kind, broken and swollen, with a secret in each place where a file can hold one."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pillow_heif
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

SECRET = b"GEHEIM-4711"
"""What stands in every place of a photo that is not a pixel."""


def _saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, **more)
    return into.getvalue()


def _scene(width: int = 320, height: int = 240, mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert("RGB").convert(mode)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make] = exif[Base.Artist] = exif[Base.ImageDescription] = SECRET.decode()
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (52.0, 3.0, 1.0),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (4, 1, 2),
        }
    )
    return exif


def _profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be")) + SECRET


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><who>' + SECRET + b"</who></x:xmpmeta>"


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, *chunks: bytes, data: bytes = b"", depth: int = 8, colour: int = 2) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _jpeg_of(width: int, height: int) -> bytes:
    """A real JPEG whose header claims another size."""
    data = bytearray(_saved(_scene(64, 64), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def _heif(*images: Image.Image, **more: Any) -> bytes:
    file = pillow_heif.from_pillow(images[0])
    for image in images[1:]:
        file.add_from_pillow(image)
    into = io.BytesIO()
    file.save(into, quality=40, **more)
    return into.getvalue()


def _zip(size: int) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb.txt", bytes(size))
    return into.getvalue()


def _samples() -> dict[str, bytes]:
    """Each kind once; made once, for some take a while."""
    jpeg = _saved(_scene(), "JPEG", exif=_exif(), icc_profile=_profile(), comment=SECRET, xmp=XMP)
    text = PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    png = _saved(_scene(), "PNG", pnginfo=text, exif=_exif(), icc_profile=_profile())
    webp = _saved(_scene(), "WEBP", exif=_exif(), xmp=XMP, icc_profile=_profile())
    heic = _heif(_scene(), exif=_exif().tobytes(), xmp=XMP)
    frames = [_scene(64, 64).rotate(angle) for angle in (0, 90, 180)]
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>'
    page = b"<!doctype html><script>alert('" + SECRET + b"')</script>"
    bomb = zlib.compress(bytes(50_000_000), 9)
    app13 = _segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + SECRET)
    return {
        "jpeg, all metadata": jpeg,
        "jpeg, iptc": jpeg[:2] + app13 + jpeg[2:],
        "jpeg, comments": jpeg[:2] + _segment(0xFE, SECRET * 50) * 20 + jpeg[2:],
        "jpeg, unknown segments": jpeg[:2] + b"".join(_segment(one, SECRET) for one in range(0xE3, 0xEC)) + jpeg[2:],
        "jpeg + zip": jpeg + _zip(1000) + SECRET,
        "jpeg + html": jpeg + page,
        "jpeg + php": jpeg[:2] + _segment(0xFE, b"<?php system($_GET[0]); " + SECRET + b"?>") + jpeg[2:],
        "jpeg + mp4": jpeg + b"\0\0\0\x18ftypmp42" + SECRET * 1000,
        "html that begins as a jpeg": b"\xff\xd8\xff\xe0" + page,
        "jpeg, cmyk": _saved(_scene(mode="CMYK"), "JPEG", exif=_exif(), icc_profile=_profile()),
        "jpeg, grey": _saved(_scene(mode="L"), "JPEG", comment=SECRET),
        "jpeg, progressive": _saved(_scene(), "JPEG", progressive=True, exif=_exif()),
        "jpeg, one pixel": _saved(_scene(1, 1), "JPEG"),
        "jpeg, a line": _saved(_scene(20_000, 1), "JPEG"),
        "jpeg, a strip": _saved(_scene(20_000, 9), "JPEG"),
        "jpeg, claims 65500 x 65500": _jpeg_of(65_500, 65_500),
        "jpeg, claims 7000 x 8000": _jpeg_of(7000, 8000),
        "jpeg, no size": _jpeg_of(0, 0),
        "jpeg, thousand scans": _saved(_scene(), "JPEG", progressive=True)[:-2]
        + (b"\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x00" + b"\0" * 4) * 1000
        + b"\xff\xd9",
        "jpeg, 12 megapixels": _saved(_scene(4000, 3000), "JPEG", exif=_exif()),
        "png, all metadata": png,
        "png, 16 bits": _saved(_scene(mode="L").convert("I;16"), "PNG", pnginfo=text),
        "png, palette": _saved(_scene(mode="P"), "PNG", transparency=3, pnginfo=text),
        "png, rgba": _saved(_scene(mode="RGBA"), "PNG", pnginfo=text),
        "png, animated": _saved(frames[0], "PNG", save_all=True, append_images=frames[1:], pnginfo=text),
        "png, one pixel": _saved(_scene(1, 1), "PNG"),
        "png, 30000 x 30000": _png(30_000, 30_000, data=bomb),
        "png, 5900 x 6000 in a few bytes": _png(5900, 6000, data=zlib.compress(bytes((5900 * 3 + 1) * 6000), 9)),
        "png, bomb in a text": _png(
            64, 64, _chunk(b"zTXt", b"Comment\0\0" + bomb), data=zlib.compress(bytes(193 * 64))
        ),
        "png, bomb in a profile": _png(64, 64, _chunk(b"iCCP", b"p\0\0" + bomb), data=zlib.compress(bytes(193 * 64))),
        "png, no data": _png(64, 64),
        "png, negative": _png(0xFFFFFFFF, 0xFFFFFFFF),
        "png, depth 3": _png(64, 64, depth=3, colour=6, data=zlib.compress(bytes(20_000))),
        "webp, all metadata": webp,
        "webp, lossless": _saved(_scene(mode="RGBA"), "WEBP", lossless=True, exif=_exif()),
        "webp, animated": _saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], exif=_exif()),
        "webp, length that lies": webp[:4] + b"\xff\xff\xff\xff" + webp[8:],
        "webp, one pixel": _saved(_scene(1, 1), "WEBP"),
        "heic, all metadata": heic,
        "heic, a burst": _heif(*[_scene(640, 480).rotate(angle) for angle in range(8)], exif=_exif().tobytes()),
        "heic, one pixel": _heif(_scene(1, 1)),
        "heic, boxes that lie": heic[:16] + b"\xff\xff\xff\xff" + heic[20:],
        "heic, only a name": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "avif": _saved(_scene(), "AVIF") if "AVIF" in Image.SAVE else b"\0\0\0\x18ftypavif",
        "gif, animated": _saved(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=SECRET),
        "gif that is a script": b"GIF89a/*" + page + b"*/=1;",
        "bmp": _saved(_scene(), "BMP"),
        "tiff": _saved(_scene(), "TIFF", exif=_exif()),
        "ico": _saved(_scene(64, 64), "ICO"),
        "svg": svg,
        "svg, zipped": gzip.compress(svg),
        "svg, billion laughs": b'<!DOCTYPE l [<!ENTITY a "ha">' + b'<!ENTITY b "&a;&a;">' * 30 + b"]><svg>&b;</svg>",
        "pdf": b"%PDF-1.7\n" + SECRET,
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file",
        "zip bomb": _zip(50_000_000),
        "gzip bomb": gzip.compress(bytes(50_000_000)),
        "empty": b"",
        "nothing but zeros": bytes(200_000),
        "text": SECRET * 100,
    }


def photos(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    samples = _samples()
    whole = [name for name in samples if len(samples[name]) < 400_000]
    formats = [name for name in whole if name.startswith(("jpeg", "png", "webp", "heic"))]
    while True:
        names = list(samples)
        chance.shuffle(names)
        for name in names:
            yield name, samples[name]
            broken = bytearray(samples[chance.choice(formats)])
            match chance.randrange(4):
                case 0:
                    yield "cut off", bytes(broken[: chance.randrange(len(broken))])
                case 1:
                    for _byte in range(chance.choice([1, 3, 30])):
                        broken[chance.randrange(len(broken))] = chance.randrange(256)
                    yield "bytes changed", bytes(broken)
                case 2:
                    at = chance.randrange(len(broken))
                    yield (
                        "bytes put in",
                        bytes(broken[:at]) + chance.randbytes(chance.choice([1, 100])) + bytes(broken[at:]),
                    )
                case _:
                    other = samples[chance.choice(formats)]
                    yield "two in one", bytes(broken[: len(broken) // 2]) + other[len(other) // 2 :]
