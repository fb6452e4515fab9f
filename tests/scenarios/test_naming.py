"""What a diagnosis names: which files, how large, and which apps."""

from __future__ import annotations

from drivers.errors import StablePhoneError
from drivers.redact import Redactor
from drivers.shell import ShellResult
from scenarios.naming import name_hogs, name_skipped

SKIPPED = {"photos.status": "skipped_items"}
ROW = "Row: 0 _id={}, media_type=1, _size={}, width={}, height=11000, _display_name={}\n"
END = "END-OF-ROWS\n"
ROWS = "".join(
    [
        "    versionName=7.2.1\n",
        ROW.format(1, 250_000_000, 4000, "Ada.jpg"),
        ROW.format(2, 9000, 0, 'Ada\'s "house".psd'),
        ROW.format(3, 9000, 20_000, "p.jpg"),
        ROW.format(4, 9000, 10, "fine.jpg"),
        END,
    ]
)


class TellingPhone:
    package, user, serial = "com.google.android.apps.photos", 0, "0a1b"

    def __init__(self, text: str = "", *answers: str) -> None:
        self.text, self.answers = text, answers

    def shell(self, command: str, *, timeout_s: float = 10.0) -> ShellResult:
        return ShellResult(command, self.text, "", 0)

    def ask(self, commands, *, timeout_s=10.0):
        if not self.answers:
            raise StablePhoneError("it refuses", serial=self.serial)
        return [ShellResult(c, a, "", 0) for c, a in zip(commands, self.answers, strict=True)]


def test_each_file_that_is_skipped_is_named_with_the_reason() -> None:
    assert name_skipped(TellingPhone(ROWS), SKIPPED) == (
        "3 files are on this phone alone, by their names with --show-personal:",
        'file "Ada.jpg", 250 MB, and a photo may have 200 MB',
        "file \"Ada's 'house'.psd\", 9 kB of a type that is not taken",
        'file "p.jpg", 220 megapixels, and a photo may have 200',
    )


def test_no_name_is_left_where_personal_things_are_hidden() -> None:
    redact = Redactor()
    lines = [redact(line) for line in name_skipped(TellingPhone(ROWS), SKIPPED)]
    assert lines[1:3] == [
        'file "<file-1>.jpg", 250 MB, and a photo may have 200 MB',
        'file "<file-2>.psd", 9 kB of a type that is not taken',
    ]


def test_of_many_files_the_first_are_named_and_the_rest_counted() -> None:
    rows = "".join(ROW.format(n, 9000, 20_000, f"{n}.jpg") for n in range(13))
    lines = name_skipped(TellingPhone(rows + END), SKIPPED)
    assert len(lines) == 12
    assert lines[-1] == "and 3 more"


def test_where_the_store_shows_none_that_is_said() -> None:
    rows = ROW.format(4, 9000, 10, "fine.jpg") + END
    for text in (rows, rows.removesuffix(END)):
        [line] = name_skipped(TellingPhone(text), SKIPPED)
        assert line.startswith("which files Photos skips cannot be told")


def test_a_phone_that_skips_nothing_is_not_asked() -> None:
    assert name_skipped(TellingPhone(ROWS), {"photos.status": "uploading"}) == ()


def test_the_apps_that_fill_the_phone_are_named() -> None:
    disk = 'Package Names: ["a.b","c.d"]\nCache Sizes: [20000000,900000000]\n'
    usage = "  package=a.b u=0 bucket=40 used=+1h usedByUser=+120d3h1m2s9ms idle=y\n"
    assert name_hogs(TellingPhone("", disk, usage, "package:a.b\n")) == (
        "largest caches: c.d 900 MB and a.b 20 MB",
        "apps that nobody opened for three months: a.b",
    )


def test_a_phone_that_refuses_to_name_them_is_said_to() -> None:
    assert name_hogs(TellingPhone()) == ("which apps take most room cannot be told: it refuses",)
