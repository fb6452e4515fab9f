"""What the virtual phone prints has the form of what real phones of its version printed."""

import asyncio

import pytest

from fixtures.virtual.parity import (
    Case,
    cases,
    compare,
    output,
    report,
    shape,
    shapes,
    write_into,
)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.file)
def test_no_line_is_foreign_and_all_stand_in_the_recorded_order(case, shared):
    recorded = (shared / "recordings" / case.file).read_text("utf-8")
    result = compare(case, asyncio.run(output(case)), recorded)
    assert result.foreign == ()
    assert result.disordered == ()
    assert result.coverage > 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  mWakefulness=Awake", "  mWakefulness"),
        ("  mLightEnabled=true  mDeepEnabled=false", "  mLightEnabled mDeepEnabled"),
        ("    com.example.app", "    item"),
        ("package:/data/app/x-1/base.apk=com.example", "package"),
        ("  UID u0a204: INACTIVE  count=0 state=19", "  UID # count state"),
        ("  UID 1000:   ACTIVE  count=1 state=0", "  UID # count state"),
        ("", ""),
    ],
)
def test_a_shape_is_indentation_and_keys(line, expected):
    assert shape(line) == expected


def test_shapes_are_counted_once():
    assert shapes("a=1\na=2\n\nb=3\n") == ["a", "b"]


def test_foreign_and_disordered_lines_are_found_and_excused_ones_are_not():
    case = Case("file", "dumpsys x", "pixel-8", (), "", {"excused": "a reason"})
    result = compare(case, "a=1\nc=2\nb=3\nalien=4\nexcused=5", "a=0\nb=0\nc=0\nd=0")
    assert result.foreign == ("alien",)
    assert len(result.disordered) == 1
    assert result.coverage == 0.75
    assert "| file | `dumpsys x` | pixel-8 | 1 | 1 | 75% |" in report([result])


def test_the_table_replaces_what_stands_between_the_marks(tmp_path):
    document = tmp_path / "fidelity.md"
    document.write_text("a\n<!-- parity -->\nold\n<!-- /parity -->\nz\n", encoding="utf-8")
    write_into(document, "new")
    text = document.read_text(encoding="utf-8")
    assert text == "a\n<!-- parity -->\nnew\n<!-- /parity -->\nz\n"
    document.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="no <!-- parity -->"):
        write_into(document, "new")
