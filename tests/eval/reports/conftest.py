"""What tests of reports share. In: runs made by hand. Out: a Summary."""

import pytest

from eval.measures.summary import Summary, summarise
from tests.eval.reports.runs import RUN


@pytest.fixture(scope="session")
def summary() -> Summary:
    """The summary of ``RUN``: six test questions and one of the tuning part."""
    return summarise(RUN)
