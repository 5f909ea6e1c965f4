"""Names of settings. In: a field. Out: the environment variable that sets it."""

PREFIX = "CITEWELL_"


def variable(name: str) -> str:
    """The variable of a setting."""
    return PREFIX + name.upper()
