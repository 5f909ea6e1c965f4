"""Whatever is asked of whatever documents, every quote stands where it is said to stand."""

from tests.service.quotes_at_scale import main


def test_no_quote_is_unproved() -> None:
    compared = main(1000)
    assert compared.questions >= 1000
    assert compared.answered > 500
    assert compared.quotes > compared.answered
    assert compared.passages > compared.questions
