"""Every exchange with a phone, as text that a person can read, compare and send to us.

The format, version 1: a head of `key: value` lines, then one block an exchange:

    == 12 shell exit=0
    @ +3.2041 0.0021 computer=0.0003 wire=0.0011 phone=0.0007
    > dumpsys battery
    | Current Battery Service state:
    !

`==` number, kind and exit code; `@` seconds since the recording began, seconds in all, and who
took them, alone on its line so that two recordings can be compared without it; `>` what was
sent, `|` what came back, `!` standard error, a line each; a call without an answer has no exit code
and says there why. `link` is what the ladder said. XML is broken between its tags, which
a reader undoes by joining `>` and `<` again. The last line of an answer that does not end with a
line end is marked `|~`. Redacted as `drivers.redact` does. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from drivers.exchange import Exchange
from drivers.identity import About

FORMAT = 1


class Recorder:
    """Writes a recording, each exchange on its way to the disk as it happens.

    Used as a context manager; `hear` is what `Phone.listen` takes.

    Args:
        path: the file, made anew.
        about: whose recording it is; its identity is left out.
        redact: hides what is personal.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, about: About, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._count = 0
        self._began: float | None = None
        # Half a letter, as an app may show it, is written as `\ud83d`: no file can hold it.
        self._file: IO[str] = path.open(
            "w", encoding="utf-8", newline="\n", errors="backslashreplace"
        )
        head = {
            "unstuck-recording": FORMAT,
            "model": about.model,
            "vendor": about.vendor,
            "android": about.android,
            "sdk": about.sdk,
            "locale": about.locale,
            "user": about.user,
        }
        self._write([f"{key}: {value}" for key, value in head.items()])

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def hear(self, exchange: Exchange) -> None:
        """Appends one exchange; after an error, none.

        Raises:
            OSError: it cannot be written. Said once: the recording ends before it.
        """
        if self._file.closed:
            return
        self._began = exchange.started if self._began is None else self._began
        self._count += 1
        code = "" if exchange.exit_code is None else f" exit={exchange.exit_code}"
        self._write(
            [
                "",
                f"== {self._count} {exchange.kind}{code}",
                f"@ +{exchange.started - self._began:.4f} {exchange.elapsed_s:.4f} "
                f"computer={exchange.computer_s:.4f} wire={exchange.wire_s:.4f} "
                f"phone={exchange.phone_s:.4f}",
                *_lines(">", self._redact(exchange.request)),
                *_lines("|", _broken(self._redact(exchange.answer))),
                *_lines("!", self._redact(exchange.error)),
            ]
        )

    def _write(self, lines: list[str]) -> None:
        try:
            self._file.writelines(f"{line}\n" for line in lines)
            self._file.flush()
        except OSError:
            with suppress(OSError):  # closing tries once more to write
                self._file.close()
            raise


def _lines(sign: str, text: str) -> Iterator[str]:
    *whole, rest = text.split("\n")
    yield from (f"{sign} {line}" for line in whole)
    if rest:
        # What was sent never ends with a line end; saying so each time would be noise.
        yield f"{sign} {rest}" if sign == ">" else f"{sign}~ {rest}"


def _broken(text: str) -> str:
    return text.replace("><", ">\n<") if text.lstrip().startswith("<?xml") else text
