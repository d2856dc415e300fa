"""What somebody may send as a table, how it is read, and what is refused."""

import codecs
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.table import BYTES_MAX, ROWS_MAX, CellFault, Row, Table, TableError, TableFault, plain
from server.domain.table_csv import write_csv
from server.domain.table_xlsx import INFLATED_BYTES_MAX, write_xlsx
from server.domain.tables import read_table

HEAD = ("Họ và tên", "Chức danh")
PEOPLE = [("Nguyễn Thị Ngọc Ánh", "Chuyên viên"), ("K’Brếp", "Công chức tư pháp; hộ tịch"), ("Đặng Ơn", "")]
HALF_PAST_SEVEN = datetime.combine(date(2026, 11, 23), time(7, 30))
TEXTS = st.text(max_size=30) | st.text("=+-@'\t\r\n\";, aế", max_size=8)


def fault_of(raw: bytes, name: str = "tệp.xlsx") -> TableFault:
    """Return why a file is refused."""
    with pytest.raises(TableError) as caught:
        read_table(raw, name)
    return caught.value.fault


def is_taken(raw: bytes) -> bool:
    """Say whether a file is taken. Nothing but a `TableError` is raised at one that is not."""
    try:
        read_table(raw, "tệp.csv")
    except TableError:
        return False
    return True


def cells_of(table: Table) -> list[tuple[str, ...]]:
    """Return the rows without their lines."""
    return [row.cells for row in table.rows]


def excel_csv(encoding: str, delimiter: str = ",", *, ends: str = "\r\n") -> bytes:
    """Write the people as a spreadsheet program does; windows-1258 has the marks of tones apart."""
    lines = [f'"{name}"{delimiter}"{title}"' for name, title in (HEAD, *PEOPLE)]
    text = "".join(f"{line}{ends}" for line in lines)
    return apart(text).encode("cp1258") if encoding == "cp1258" else text.encode(encoding)


def apart(text: str) -> str:
    """Return a text with its tones behind the letters, and the other marks in them."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    found = []
    for char in unicodedata.normalize("NFD", text):
        if char in tones or not unicodedata.combining(char):
            found.append(char)
        else:
            tone = found.pop() if found[-1] in tones else ""
            found[-1] = unicodedata.normalize("NFC", found[-1] + char)
            found.append(tone)
    return "".join(found)


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    """Make a file as Excel does: shared strings, numbers, dates, formulas."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(raw: bytes, changes: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive with other contents of some members."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as source, zipfile.ZipFile(target, "w", method) as made:
        for name in {**dict.fromkeys(source.namelist()), **changes}:
            made.writestr(name, changes[name] if name in changes else source.read(name))
    return target.getvalue()


@given(
    st.lists(TEXTS, min_size=1, max_size=4, unique_by=lambda each: plain(each).casefold()),
    st.lists(st.lists(TEXTS, min_size=4, max_size=4), max_size=5),
)
@settings(max_examples=80, deadline=None)
def test_what_goes_out_comes_in_again(names: list[str], lines: list[list[str]]) -> None:
    """Whatever texts are exported, the same texts are imported, from CSV and from XLSX."""
    head = [f"x{name}" for name in names]
    rows = [line[: len(head)] for line in lines]
    told = [tuple(plain(cell) for cell in row) for row in rows if any(plain(cell) for cell in row)]

    for raw in (write_csv(head, rows), write_xlsx("Thử", head, rows)):
        table = read_table(raw, "tệp")
        assert table.head == tuple(plain(name) for name in head)
        assert cells_of(table) == told
        assert not any(row.faults for row in table.rows)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda rest: b"PK\x03\x04" + rest))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_table_or_are_refused(raw: bytes) -> None:
    """Whatever is sent, it is read or refused with a reason."""
    assert is_taken(raw) in {True, False}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_a_table_or_is_refused(data: st.DataObject) -> None:
    """A real file with some bytes changed does not break the reader."""
    raw = bytearray(write_xlsx("Thử", HEAD, PEOPLE))
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=4)):
        raw[at] = data.draw(st.integers(0, 255))
    assert is_taken(bytes(raw)) in {True, False}


@pytest.mark.parametrize(
    "raw",
    [
        excel_csv("utf-8"),
        excel_csv("utf-8-sig"),
        excel_csv("utf-8-sig", ";"),
        excel_csv("utf-8", "\t", ends="\n"),
        codecs.BOM_UTF16_LE + excel_csv("utf-16-le", "\t"),
        codecs.BOM_UTF16_BE + excel_csv("utf-16-be", "\t"),
        excel_csv("utf-8", ends="\r"),
        unicodedata.normalize("NFD", excel_csv("utf-8").decode()).encode(),
        b"sep=;\r\n" + excel_csv("utf-8", ";"),
        write_csv(HEAD, PEOPLE),
        write_xlsx("Cán bộ", HEAD, PEOPLE),
        workbook([HEAD, *PEOPLE]),
    ],
    ids=range(12),
)
def test_each_way_to_save_a_table_is_read(raw: bytes) -> None:
    """Excel's kinds of text, other programs' and our own all say the same."""
    table = read_table(raw, "tệp")

    assert table.head == HEAD
    assert cells_of(table) == PEOPLE
    assert [row.line for row in table.rows] == [2, 3, 4]


def test_excels_vietnamese_csv_is_read() -> None:
    """Windows writes the marks of tones behind the letters; they are put together again."""
    raw = excel_csv("cp1258", ";")
    with pytest.raises(UnicodeDecodeError):
        raw.decode()

    table = read_table(raw, "tệp.csv")
    assert (table.head, cells_of(table)) == (HEAD, PEOPLE)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xc8\xec\xff,x\n\xcd\xe3\xf3\xe5\xed,y\n",  # windows-1251
        "名前,役職\n山田,課長\n".encode("shift_jis"),
        "姓名,职务\n王,科长\n".encode("gbk"),
        "Name,Titel\nMüller,Bürgermeißter\n".encode("latin-1"),
        excel_csv("utf-16-le"),
        codecs.BOM_UTF16_LE + b"a\x00b\x00\x00\xd8",
        codecs.BOM_UTF8 + b"T\xean,x\n",
        b"Ten\nNguy?n V?n A\n",
        "Tên\nNguy\N{REPLACEMENT CHARACTER}n\n".encode(),
    ],
    ids=range(9),
)
def test_letters_that_cannot_be_told_are_refused(raw: bytes) -> None:
    """A name is never taken with wrong letters: the file is to be saved as UTF-8 or .xlsx."""
    assert fault_of(raw, "tệp.csv") is TableFault.ENCODING


@pytest.mark.parametrize(
    ("raw", "name", "fault"),
    [
        (b"", "a.csv", TableFault.EMPTY),
        (b" \r\n\r\n", "a.csv", TableFault.EMPTY),
        (b",,\r\n,,\r\n", "a.csv", TableFault.EMPTY),
        (workbook([]), "a.xlsx", TableFault.EMPTY),
        (b"%PDF-1.7\n", "a.xlsx", TableFault.KIND),
        (b"\x89PNG\r\n\x1a\n\x00", "a.csv", TableFault.KIND),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xlsx", TableFault.KIND),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", TableFault.OLD),
        (b"a,b\n\x01\x02\x03,c\n", "a.csv", TableFault.KIND),
        (bytes(range(256)), "a.csv", TableFault.KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Workbook" * 99, "a.xlsx", TableFault.OLD),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            TableFault.LOCKED,
        ),
        (b"PK\x03\x04" + b"nothing", "a.xlsx", TableFault.BROKEN),
        (b"a,,c\n1,2,3\n", "a.csv", TableFault.HEAD),
        (b"a,A\n1,2\n", "a.csv", TableFault.HEAD),
        (b"=1+1,b\n1,2\n", "a.csv", TableFault.HEAD),
        (b",".join(b"c%d" % each for each in range(31)), "a.csv", TableFault.COLUMNS),
        (b'a,b\n"never closed,2\n', "a.csv", TableFault.BROKEN),
        (b"a\n" + b"1\n" * (ROWS_MAX + 1), "a.csv", TableFault.ROWS),
        (b"a" * (BYTES_MAX + 1), "a.csv", TableFault.HEAVY),
    ],
    ids=range(20),
)
def test_what_is_no_table_is_refused_for_its_reason(raw: bytes, name: str, fault: TableFault) -> None:
    """The page can say what to do, because the reason is known, whatever the file is called."""
    assert fault_of(raw, name) is fault


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"word/document.xml": b"<w/>"}, TableFault.KIND),
        ({"letter.txt": b"..."}, TableFault.KIND),
        ({"xl/workbook.bin": b"..."}, TableFault.OLD),
        ({"content.xml": b"..."}, TableFault.OLD),
        ({"xl/workbook.xml": b"<broken"}, TableFault.BROKEN),
    ],
)
def test_an_archive_of_something_else_is_refused(members: dict[str, bytes], fault: TableFault) -> None:
    """A zip archive is not a spreadsheet by being one."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, raw in members.items():
            made.writestr(name, raw)

    assert fault_of(target.getvalue()) is fault


def test_a_zip_bomb_does_not_go_off() -> None:
    """A small file that would fill the memory is refused, whatever it says of its size, and nested too."""
    sheet = write_xlsx("Thử", HEAD, PEOPLE)
    heavy = bytes(INFLATED_BYTES_MAX + 1)
    bomb = repacked(sheet, {"xl/worksheets/sheet1.xml": heavy})
    many = repacked(sheet, {f"xl/media/{number}.bin": b"" for number in range(600)})
    nested = repacked(sheet, {"xl/embeddings/a.xlsx": bomb})
    rows = b"<row>" + b"<c/>" * 1_600_000 + b"</row>"
    cells = repacked(sheet, {"xl/worksheets/sheet1.xml": rows})

    assert len(bomb) < 200_000
    assert fault_of(bomb) is TableFault.LARGE
    assert fault_of(many) is TableFault.LARGE
    assert fault_of(cells) is TableFault.LARGE
    assert fault_of(lying(bomb, len(heavy))) is TableFault.BROKEN
    assert read_table(nested, "tệp.xlsx").head == HEAD  # what lies in it is never opened


def lying(bomb: bytes, size: int) -> bytes:
    """Return an archive that says that its largest member is small."""
    told, small = size.to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert bomb.count(told) == 2
    return bomb.replace(told, small)


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/hostname">',
    ],
)
@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_xml_that_defines_entities_is_refused(entities: str, member: str) -> None:
    """Neither does a bomb of entities go off, nor is a file of the server read."""
    sheet = write_xlsx("Thử", HEAD, PEOPLE)
    with zipfile.ZipFile(BytesIO(sheet)) as archive:
        xml = archive.read(member).decode()
    declared = xml.replace("?>", f"?><!DOCTYPE x [{entities}]>", 1)

    assert fault_of(repacked(sheet, {member: declared.encode()})) is TableFault.BROKEN


def test_other_ways_to_pack_are_refused() -> None:
    """Excel deflates; what packs tighter can blow up further."""
    tight = repacked(write_xlsx("Thử", HEAD, PEOPLE), {}, zipfile.ZIP_LZMA)

    assert fault_of(tight) is TableFault.BROKEN


def test_a_formula_is_a_fault_of_its_cell() -> None:
    """Nothing is evaluated: whoever sends a formula is told which cell has it."""
    sheet = workbook([["Tên", "Số"], ["An", "=1+1"], ["Bình", 2], ["=A2", 3]])
    text = b"Ten,So\r\nAn,=1+1\r\nBinh,2\r\n@SUM(A1),3\r\n+cmd|' /C calc'!A0,4\r\n"

    assert [row.faults for row in read_table(sheet, "a.xlsx").rows] == [
        {1: CellFault.FORMULA},
        {},
        {0: CellFault.FORMULA},
    ]
    assert [list(row.faults) for row in read_table(text, "a.csv").rows] == [[1], [], [0], [0]]


def test_what_excel_shows_for_a_missing_value_is_a_fault() -> None:
    """`#N/A` is nobody's name."""
    target = BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tên"])
    sheet.append(["#N/A"])
    book.save(target)

    assert read_table(target.getvalue(), "a.xlsx").rows == (Row(2, ("",), {0: CellFault.ERROR}),)


def test_numbers_and_dates_are_told_plainly() -> None:
    """What Excel keeps as numbers is read as people write it."""
    raw = workbook(
        [
            ["a", "b", "c", "d", "e", "f"],
            [12, 12.5, 0.1 + 0.2, date(2026, 11, 23), HALF_PAST_SEVEN, time(7, 30)],
            [-3, 1e15, True, None, 12.0, "007"],
            [timedelta(hours=26, minutes=5), timedelta(seconds=61), time(7, 30, 5), None, None, 0],
        ]
    )

    assert cells_of(read_table(raw, "a.xlsx")) == [
        ("12", "12.5", "0.3", "2026-11-23", "2026-11-23 07:30", "07:30"),
        ("-3", "1000000000000000", "1", "", "12", "007"),
        ("26:05", "00:01:01", "07:30:05", "", "", "0"),
    ]


def test_lines_are_those_that_excel_shows() -> None:
    """Blank lines are passed over, and counted; a cell of two lines is one row."""
    text = b'\r\nten,so\r\n\r\n"An\r\nBinh",1\r\n,\r\nChi,2\r\n'
    sheet = workbook([["ten", "so"], [], ["An", 1], [None, None], ["Chi", 2]])

    assert [(row.line, row.cells) for row in read_table(text, "a.csv").rows] == [
        (4, ("An\nBinh", "1")),
        (6, ("Chi", "2")),
    ]
    assert [row.line for row in read_table(sheet, "a.xlsx").rows] == [3, 5]


def test_a_file_that_hides_or_hurries_is_refused() -> None:
    """A sheet that is not shown is not read, a line beyond Excel's last is none, and a password is one."""
    sheet = write_xlsx("Thử", HEAD, PEOPLE)
    with zipfile.ZipFile(BytesIO(sheet)) as archive:
        book, rows = archive.read("xl/workbook.xml"), archive.read("xl/worksheets/sheet1.xml")
    hidden = {"xl/workbook.xml": book.replace(b"<sheet ", b'<sheet state="hidden" ')}
    far = {"xl/worksheets/sheet1.xml": re.sub(rb'<row r="2".*?>', b'<row r="2000000">', rows)}
    locked = bytearray(sheet)
    locked[sheet.index(b"PK\x01\x02") + 8] |= 1

    assert fault_of(repacked(sheet, hidden)) is TableFault.EMPTY
    assert fault_of(repacked(sheet, far)) is TableFault.BROKEN
    assert fault_of(bytes(locked)) is TableFault.LOCKED


def test_a_value_without_a_column_is_a_fault() -> None:
    """What stands beyond the head would be lost unseen."""
    assert read_table(b"a,b\n1,2,3\n1\n", "a.csv").rows == (
        Row(2, ("1", "2"), {2: CellFault.BEYOND}),
        Row(3, ("1", "")),
    )


def test_a_cell_far_out_costs_nothing() -> None:
    """A cell in the last column of the last line is not a reason to build all cells before it."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "a")
    sheet.write_string(1_048_575, 0, "1")
    sheet.write_string(0, 16_383, "x")
    book.close()

    table = read_table(target.getvalue(), "a.xlsx")
    assert [row.line for row in table.rows] == [1_048_576]


def test_nothing_that_is_exported_becomes_a_formula() -> None:
    """A name that begins like a formula is a text in XLSX, and stands behind an apostrophe in CSV."""
    texts = ["=1+1", "+1", "-1", "@x", "'=1"]
    book = openpyxl.load_workbook(BytesIO(write_xlsx("Thử", ["a"], [[each] for each in texts])))
    sheet = book.active
    assert sheet is not None

    assert [(cell.value, cell.data_type) for (cell,) in list(sheet.iter_rows())[1:]] == [
        (each, "s") for each in texts
    ]
    assert write_csv(["a"], [[each] for each in texts]).decode("utf-8-sig").split("\r\n")[1:-1] == [
        f"'{each}" for each in texts
    ]
    assert write_csv(["a"], [[-1], [date(2026, 11, 23)]]).endswith(b"\r\n-1\r\n2026-11-23\r\n")


def test_the_same_table_is_the_same_bytes() -> None:
    """A file says nothing of when it was made."""
    assert zlib.crc32(write_xlsx("A", HEAD, PEOPLE)) == zlib.crc32(write_xlsx("A", HEAD, PEOPLE))
