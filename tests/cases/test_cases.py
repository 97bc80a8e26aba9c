"""Every folder beside this file is migrated, or refused, as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.case_run import CaseRun
from tests.support.cases import Case, cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_is_migrated_or_refused_as_it_says(case: Case, target: Target, tmp_path: Path) -> None:
    CaseRun(case, target, tmp_path).run()
