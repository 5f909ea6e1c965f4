"""What tests of drafting share. In: nothing. Out: a corpus of a made-up town, read only."""

import pytest

from service.drafting.corpus import Corpus
from tests.service.drafting.town import TOWN, opened


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The corpus of ``TOWN``."""
    return opened(tmp_path_factory.mktemp("town"), TOWN)
