"""What is printed without a session: whole on every terminal, and no reason to break off."""

from __future__ import annotations

import io

import pytest

from scenarios.saying import tell


def test_what_a_terminal_cannot_show_is_written_as_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(output, "cp437", newline="\n"))
    tell("still changed: Fotos \xe9 \u5199\u771f \ud83d")
    assert output.getvalue() == b"still changed: Fotos \x82 \\u5199\\u771f \\ud83d\n"


def test_a_reader_who_is_gone_breaks_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            raise BrokenPipeError

    stdout = io.TextIOWrapper(io.BufferedWriter(Gone()), "utf-8")
    monkeypatch.setattr("sys.stdout", stdout)
    tell("putting back what a run kept")
    with pytest.raises(BrokenPipeError):  # else the collector says it, as an error of another test
        stdout.close()
