"""Photos for tests: small ones that are made, and forms that carry them."""

from __future__ import annotations

import random
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

BOUNDARY = "a-boundary-of-tests"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (30, 160, 60)


def encoded(image: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    """Return an image as a file of this kind."""
    target = BytesIO()
    image.save(target, kind, **how)
    return target.getvalue()


def a_photo(width: int = 300, height: int = 400) -> bytes:
    """Return a photo whose upper half is red, the lower one blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    return encoded(image)


def noise(side: int) -> bytes:
    """Return a picture that no encoder makes small: chance in every pixel."""
    chance = random.Random(side)
    return encoded(Image.frombytes("RGB", (side, side), chance.randbytes(3 * side * side)), "PNG")


def opened(raw: bytes) -> Image.Image:
    """Return what is in a file, decoded."""
    image = Image.open(BytesIO(raw))
    image.load()
    return image


def form_with(
    fields: Mapping[str, str], raw: bytes | None = None, name: str = "anh.jpg", field: str = "photo"
) -> bytes:
    """Return a form as a browser sends it, with a file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{each}"\r\n\r\n{value}\r\n'.encode()
        for each, value in fields.items()
    ]
    if raw is not None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + raw + b"\r\n")
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
