"""What becomes of a photo that somebody sends: a portrait of our own, or a kind word about it."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from server.domain.staff import StaffFault
from server.protocol.messages import PHOTO_BYTES_MAX
from server.web.photos import SIDES_PX, UPLOAD_BYTES_MAX, portrait
from tests.server.pictures import BLUE, GREEN, RED, a_photo, encoded, noise, opened


def made(raw: bytes) -> Image.Image:
    """Return the portrait of a photo that is taken."""
    found = portrait(raw)
    assert isinstance(found, bytes), found
    assert len(found) <= PHOTO_BYTES_MAX
    assert (found[:3], found[-2:]) == (b"\xff\xd8\xff", b"\xff\xd9")
    return opened(found)


def near(pixel: object, color: tuple[int, int, int]) -> bool:
    """Say whether a pixel has a color, as far as a JPEG keeps it."""
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 24 for one, other in zip(pixel, color, strict=True))


@pytest.mark.parametrize(("width", "height"), [(120, 120), (300, 400), (2000, 900), (900, 3000)])
def test_a_portrait_is_a_square(width: int, height: int) -> None:
    """Whatever its shape, a photo becomes a square that a kiosk shows, never larger than it was."""
    image = made(a_photo(width, height))

    assert image.size == (min(width, height, SIDES_PX[0]),) * 2
    assert (image.format, image.mode) == ("JPEG", "RGB")


def test_the_head_stays_in_the_picture() -> None:
    """Of a high photo more is cut off below than above."""
    image = made(a_photo(300, 900))

    assert near(image.getpixel((150, 10)), RED)
    assert near(image.getpixel((150, 290)), BLUE)
    assert near(image.getpixel((150, 260)), RED)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (kind, mode)
        for kind, modes in {
            "JPEG": "RGB L CMYK 1",
            "PNG": "RGB L RGBA P LA 1",
            "WEBP": "RGB L RGBA P",
        }.items()
        for mode in modes.split()
    ],
)
def test_every_usual_kind_is_taken(kind: str, mode: str) -> None:
    """JPEG, PNG and WebP with whatever colors they may have become a JPEG in red, green and blue."""
    assert made(encoded(opened(a_photo()).convert(mode), kind)).mode == "RGB"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_becomes_white(kind: str) -> None:
    """A portrait that was cut out stands on white, not on black."""
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((*GREEN, 255), (100, 100, 200, 200))
    result = made(encoded(image, kind, lossless=True))

    assert near(result.getpixel((5, 5)), (255, 255, 255))
    assert near(result.getpixel((150, 150)), GREEN)


def test_a_color_that_is_declared_transparent_becomes_white() -> None:
    """A picture with a palette, one color of which is transparent, stands on white too."""
    image = Image.new("P", (200, 200), 0)
    image.putpalette([0, 0, 0, *GREEN])
    image.paste(1, (50, 50, 150, 150))
    result = made(encoded(image, "PNG", transparency=0))

    assert near(result.getpixel((5, 5)), (255, 255, 255))
    assert near(result.getpixel((100, 100)), GREEN)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_that_was_turned_is_turned_back(orientation: int) -> None:
    """However the telephone was held, the head is above; and of the note about it nothing is left."""
    held = Image.new("RGB", (300, 300), BLUE)
    held.paste(RED, (0, 0, 300, 100))
    held.paste(GREEN, (0, 0, 100, 100))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    raw = encoded(held, exif=exif, quality=95)
    right, result = ImageOps.exif_transpose(opened(raw)), made(raw)

    for place in [(50, 50), (250, 50), (50, 250), (250, 250)]:
        expected = right.getpixel(place)
        assert isinstance(expected, tuple)
        assert near(result.getpixel(place), (int(expected[0]), int(expected[1]), int(expected[2])))
    assert not result.getexif()


def test_a_telephone_held_upright_is_shown_upright() -> None:
    """A camera lies on its side in a telephone, and says so: what it saw at its left is above."""
    held = Image.new("RGB", (400, 300), RED)
    held.paste(BLUE, (200, 0, 400, 300))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    result = made(encoded(held, exif=exif))

    assert near(result.getpixel((150, 20)), RED)
    assert near(result.getpixel((150, 280)), BLUE)


@pytest.mark.filterwarnings("ignore")  # Pillow warns of notes that it cannot read
def test_a_note_that_cannot_be_read_is_no_harm() -> None:
    """A photo whose note about the camera is broken is taken as it lies."""
    raw = encoded(opened(a_photo()), exif=b"Exif\0\0no note at all")

    assert near(made(raw).getpixel((150, 20)), RED)


def test_a_photo_with_another_one_behind_it_is_taken() -> None:
    """Telephones append a second picture, of depth or of light; the first one counts."""
    image = opened(a_photo(600, 800))
    raw = encoded(image, "MPO", save_all=True, append_images=[Image.new("RGB", (600, 800), GREEN)])
    assert opened(raw).format == "MPO"

    assert near(made(raw).getpixel((240, 20)), RED)


def test_nothing_of_the_camera_is_left() -> None:
    """Place, maker, comments, profiles and whatever else travels in a photo stay behind."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "the maker of the camera"
    exif[ExifTags.Base.ImageDescription] = "a secret place"
    raw = encoded(opened(a_photo()), exif=exif, comment=b"a comment", icc_profile=b"a profile of colors")
    found = portrait(raw)

    assert isinstance(found, bytes)
    for secret in (b"maker", b"secret", b"comment", b"profile", b"Exif"):
        assert secret in raw
        assert secret not in found
    assert set(opened(found).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("side", [240, 480, 1200])
def test_the_worst_picture_fits(side: int) -> None:
    """What hardly can be made small is made small enough for a kiosk's config all the same."""
    assert min(made(noise(side)).size) >= SIDES_PX[-1]


def a_png(width: int, height: int, *, pixels: bytes = b"") -> bytes:
    """Return a PNG that says how large it is, whether it has those pixels or not."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("side", [4001, 6400, 10_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    """A few bytes that would fill the memory are refused by what they say of themselves."""
    raw = a_png(side, side)
    assert len(raw) < 200

    assert portrait(raw) is StaffFault.PHOTO_LARGE


def test_a_text_that_would_fill_the_memory_is_refused() -> None:
    """A small picture with a text packed a thousand times smaller than it is does no harm."""
    info = PngInfo()
    info.add_text("bomb", "0" * 80_000_000, zip=True)
    raw = encoded(opened(a_photo()), "PNG", pnginfo=info)
    assert len(raw) < 200_000

    assert portrait(raw) in {StaffFault.PHOTO_BROKEN, StaffFault.PHOTO_KIND}


@pytest.mark.parametrize(
    "raw",
    [
        b"\0",
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(100),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 300 300\n",
        encoded(opened(a_photo()), "GIF"),
        encoded(opened(a_photo()), "TIFF"),
        encoded(opened(a_photo()), "BMP"),
        encoded(Image.new("I;16", (200, 200)), "PNG"),
    ],
    ids=["nothing", "pdf", "svg", "half a gif", "eps", "gif", "tiff", "bmp", "16 bits"],
)
def test_what_is_no_photo_is_refused(raw: bytes) -> None:
    """Other kinds of files are not even tried, whatever their names say."""
    assert portrait(raw) is StaffFault.PHOTO_KIND


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_file_that_was_cut_off_is_refused(kind: str, share: float) -> None:
    """Half a photo is not shown as a whole one with a grey half."""
    raw = encoded(opened(noise(300)), kind)

    assert isinstance(portrait(raw[: int(len(raw) * share)]), StaffFault)


def test_a_tiny_picture_is_refused() -> None:
    """What would be a few coloured squares on the glass is refused."""
    assert portrait(encoded(Image.new("RGB", (119, 500)))) is StaffFault.PHOTO_SMALL


def test_a_heavy_file_is_refused_unread() -> None:
    """More bytes than a telephone's photo has are not looked at."""
    assert portrait(a_photo() + bytes(UPLOAD_BYTES_MAX)) is StaffFault.PHOTO_HEAVY


@pytest.mark.filterwarnings("ignore")  # Pillow warns of notes that it cannot read
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 2**32), st.integers(1, 40))
def test_damage_is_a_value(kind: str, seed: int, count: int) -> None:
    """Whatever bytes are wrong in a file, the answer is a portrait or a reason, never an accident."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "x" * 20
    raw = bytearray(encoded(opened(a_photo(160, 130)), kind, exif=exif))
    for number in range(count):
        place = (seed * (2 * number + 1) * 2654435761) % len(raw)
        raw[place if number % 2 else place % 200 % len(raw)] = (seed >> (number % 24)) & 0xFF
    found = portrait(bytes(raw))

    assert isinstance(found, StaffFault) or Image.open(BytesIO(found)).format == "JPEG"
