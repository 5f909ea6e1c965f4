"""What tests of drafting share. In: nothing. Out: the corpus of a made-up town."""

from tests.service.drafting.conftest import town

__all__ = ["town"]
