r"""Rows as `content query` prints them: `Row: N column=value, column=value`.

The format quotes nothing: a value may be empty, hold `, ` and `=`, or run over several lines, and
an absent one prints as NULL. Only the projection that was asked for tells where columns begin.
Sources: AOSP frameworks/base cmds/content Content.java (QueryCommand); recordings
content_query_*.txt. Rows of the media store were recorded once only, of a folder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drivers.android.dump import lines_of

_ROW = re.compile(r"Row: (\d+) ")
_COLUMN = re.compile(r"(?:^|, )([A-Za-z_]\w*)=")


def parse_rows(text: str, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """Reads the rows of a query.

    Args:
        text: the output; "No result found." is no rows.
        columns: the projection, in the order it was asked for in; where it is known, a value that
            looks like a column is not taken for one. Empty: whatever looks like a column is one.

    Returns:
        A dict for each row; a NULL is left out.

    Raises:
        ValueError: the phone refused the query.
    """
    rows: list[list[str]] = []
    for line in lines_of(text):
        if found := _ROW.match(line):
            rows.append([line[found.end() :]])
        elif rows:
            rows[-1].append(line)
    # The line feed that ends the output is no part of the last row's last value.
    bodies = ["\n".join(row) for row in rows]
    if bodies:
        bodies[-1] = bodies[-1].rstrip("\n")
    return [_parse_row(body, columns) for body in bodies]


def _parse_row(body: str, columns: Sequence[str]) -> dict[str, str]:
    marks = _marks(body, columns)
    row: dict[str, str] = {}
    for number, (name, start) in enumerate(marks):
        last = number + 1 == len(marks)
        end = len(body) if last else marks[number + 1][1] - len(f", {marks[number + 1][0]}=")
        value = body[start:end]
        if value != "NULL":
            row[name] = value
    return row


def _marks(body: str, columns: Sequence[str]) -> list[tuple[str, int]]:
    """Where each column's value begins."""
    if not columns:
        return [(found[1], found.end()) for found in _COLUMN.finditer(body)]
    marks: list[tuple[str, int]] = []
    position = 0
    for name in columns:
        mark = f"{name}=" if not marks else f", {name}="
        if not marks:
            if not body.startswith(mark):
                continue
            position = len(mark)
        else:
            at = body.find(mark, position)
            if at < 0:
                continue
            position = at + len(mark)
        marks.append((name, position))
    return marks
