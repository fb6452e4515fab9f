"""What can go wrong between a scenario and a phone, as one tree.

* UnstuckError
  x ScenarioError          the author's: a file says something that cannot be meant
  x PhoneError
    - TransientPhoneError  a retry may help: dropped, offline, agent died, timed out
      + UnsentError        nothing was sent yet: doing it again is safe, whatever it is
      + PhoneLostError     the recovery ladder is exhausted; the run ends with exit code 7
    - StablePhoneError     a retry cannot help: unauthorized, app missing, refused
      + NotHereError       this phone, its Android or its Photos has no such thing
  x HostError              this computer, or a cloud that it reaches, cannot do its part
  x LossError              media or a setting would be lost, or was
  x NotHealedError         the phone did what it was told, and the backup did not behave as expected

The first split below PhoneError answers the only question that machinery may ask: would a retry
help? A message says what failed, on which phone, what was expected, what was seen last and what
to try. This module must not know scenarios' files, pytest or reports.
"""

from __future__ import annotations


class UnstuckError(Exception):
    """Base of every error that Unstuck raises on purpose.

    Attributes:
        place: path:line:column of the scenario's step that was being done, set on the error's way
            through the engine; empty elsewhere.
    """

    place: str = ""


class ScenarioError(UnstuckError):
    """A scenario file that cannot be meant as it is written.

    Attributes:
        path: the file, as it was named; empty where there is none.
        line: 1-based line, 0 where the whole file is meant.
        column: 1-based column, 0 where the whole line is meant.
    """

    def __init__(self, message: str, *, path: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.column = column


class PhoneError(UnstuckError):
    """A phone did not do what was asked of it.

    Attributes:
        serial: the adb serial of the phone; empty where none was chosen yet.
        command: what was sent, or what was asked of the agent; empty where nothing was.
        exit_code: the command's own exit code, None where it gave none.
        output: what was read last, at most a few kilobytes.
        waited_s: seconds waited before giving up, 0.0 where nothing was waited for.
    """

    def __init__(
        self,
        message: str,
        *,
        serial: str = "",
        command: str = "",
        exit_code: int | None = None,
        output: str = "",
        waited_s: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.serial = serial
        self.command = command
        self.exit_code = exit_code
        self.output = output
        self.waited_s = waited_s


class TransientPhoneError(PhoneError):
    """The link, the agent or the answer's time failed: doing it again may help."""


class UnsentError(TransientPhoneError):
    """The link or the agent was gone before anything was sent: a retry cannot do it twice."""


class PhoneLostError(TransientPhoneError):
    """The phone is gone and no rung of the recovery ladder brought it back."""


class StablePhoneError(PhoneError):
    """The phone answered, and the answer will be the same next time."""


class NotHereError(StablePhoneError):
    """This phone, its Android or its Photos has no such thing; regress skips the scenario."""


class NothingToDoError(StablePhoneError):
    """What was to be acted upon is not there; nothing was done."""


class HostError(UnstuckError):
    """This computer, or a cloud that it reaches, cannot do its part: disk full, wrong password."""


class LossError(UnstuckError):
    """Media or a setting would be lost by going on, or was lost already."""


class NotHealedError(UnstuckError, AssertionError):
    """An expectation about the backup was not met: the one error that a report shows as failed."""
