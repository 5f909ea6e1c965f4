"""Whether documents may be changed over HTTP. In: the settings, a key. Out: nothing, or no.

The gate has let the request pass: by Host and Origin it comes from no page of another site, and
where keys are demanded it bears one that may write.
"""

from service.errors import EditingRefused
from service.keys.key import Key
from service.settings import Settings
from service.web.gate.hosts import is_loopback


def check_editing(settings: Settings, key: Key | None) -> None:
    """Raise ``EditingRefused`` unless a request with this key, or with none, may change documents.

    What ``CITEWELL_EDITING`` says holds for every key; unset, a key that writes may, and without
    keys whoever reaches a loopback address.
    """
    if settings.editing is False:
        raise EditingRefused(
            "documents cannot be changed over HTTP here; CITEWELL_EDITING is false"
        )
    if not (settings.editing or key or is_loopback(settings.host)):
        raise EditingRefused(
            "documents cannot be changed over HTTP here; have keys demanded and use one made with "
            "citewell key add --scope write, or listen on 127.0.0.1 alone, or, if everyone who "
            "reaches the service may change them, set CITEWELL_EDITING=true"
        )
