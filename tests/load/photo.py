"""CPU per photo and per stage: `python tests/load/photo.py [--megapixels 12] [--rounds 5] [FILE …]`.

Without files it makes its own: a scene with detail and noise as a phone's camera would give, as JPEG
(quality 88), HEIC (iPhone-like, about 2 MB at 12 megapixels) and PNG. Prints CPU milliseconds of this
process with all its threads (median), and the memory it reached.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def cpu(work: Callable[[], T], rounds: int) -> tuple[float, T]:
    """Median CPU milliseconds of `work`, and its last result."""
    spent, result = [], work()
    for _round in range(rounds):
        start = time.process_time()
        result = work()
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent), result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DEMO", "1")
    import django

    django.setup()

    import pillow_heif
    from PIL import Image, features

    from core.media.pictures import encode, read_picture, smaller

    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Pillow {Image.__version__}"
    )
    print(f"libjpeg-turbo {features.version('libjpeg_turbo')}, libheif {pillow_heif.libheif_version()}")
    samples = {path.name: path.read_bytes() for path in options.files} or made_up(options.megapixels)
    stages = ("check, decode, resize", "encode 2048", "thumb 320", "medium 960")
    print(f"\n{'CPU ms':24}{'MB':>6}" + "".join(f"{stage:>24}" for stage in (*stages, "in the request")))
    for name, data in samples.items():
        reading, picture = cpu(lambda data=data: read_picture(data), options.rounds)
        writing, master = cpu(lambda picture=picture: encode(picture.image), options.rounds)
        others = [
            cpu(lambda size=size, master=master: smaller(master, size), options.rounds)[0]
            for size in ("thumb", "medium")
        ]
        row = (reading, writing, *others, reading + writing)
        print(f"{name:24}{len(data) / 1e6:6.1f}" + "".join(f"{spent:24.0f}" for spent in row))
    print(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def made_up(megapixels: float) -> dict[str, bytes]:
    from PIL import Image, ImageCms

    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    size = (round(height * 4 / 3), height)
    bands = []
    for _band in range(3):
        shapes = Image.effect_noise((size[0] // 40, size[1] // 40), 120).resize(size, Image.Resampling.BICUBIC)
        detail = Image.effect_noise((size[0] // 4, size[1] // 4), 60).resize(size, Image.Resampling.BICUBIC)
        bands.append(Image.blend(Image.blend(shapes, detail, 0.3), Image.effect_noise(size, 20), 0.08))
    image = Image.merge("RGB", bands)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))  # or it would be passed over

    def encoded(kind: str, **more: object) -> bytes:
        into = BytesIO()
        image.save(into, kind, **more)
        return into.getvalue()

    return {
        "JPEG": encoded("JPEG", quality=88),
        "JPEG, wide colours": encoded("JPEG", quality=88, icc_profile=profile),
        "JPEG, progressive": encoded("JPEG", quality=88, progressive=True),
        "HEIC": encoded("HEIF", quality=45),
        "WebP": encoded("WEBP", quality=80, method=0),
        "PNG": encoded("PNG", compress_level=1),
    }


if __name__ == "__main__":
    main()
