"""The key that a command is given. In: a file. Out: the key, which begins with cw_."""

from pathlib import Path

from service.errors import ClientInvalid
from service.keys.key import FORM


def given_key(file: Path) -> str:
    """The key in a file: an argument would stand in histories and lists of processes.

    Raises ``ClientInvalid`` for a file that cannot be read or holds none.
    """
    try:
        sent = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ClientInvalid(
            f"the key in {file} cannot be read; give a file that holds it"
        ) from error
    if not FORM.fullmatch(sent):
        raise ClientInvalid(f"{file} holds no API key, which begins with cw_; give one that does")
    return sent
