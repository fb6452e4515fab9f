"""The virtual phone judged by adbutils' own suite for real phones: e2etests/.

`UNSTUCK_SUITES` names a folder with a copy of openatx/adbutils below it; nothing of it is
committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.running import adbutils_e2e, expected
from tests.suites import found_in_suites


@pytest.mark.full
def test_the_suite_ends_as_expected(tmp_path: Path) -> None:
    suite = found_in_suites("e2etests/test_device_shell_extend.py")[0].parent
    outcomes = adbutils_e2e(suite, tmp_path)
    assert outcomes == expected("adbutils_e2e", set(outcomes))
    # A suite that was not collected would have nothing to fail.
    assert list(outcomes.values()).count("passed") >= 40
