"""A client of a running service: asks it over HTTP, gives typed values or says what is wrong.

::

    from service.client import Client

    with Client("http://127.0.0.1:8000") as citewell:
        print(citewell.ask("When does the lease end?").answer.text)
"""

from index.filter import DocumentFilter
from service.answer import Response, Retrieval
from service.asking.previous import Previous, previous_of
from service.citing.resolved import ResolvedCitation
from service.client.asking import Asked
from service.client.client import Client
from service.client.records import (
    DocumentItem,
    DocumentList,
    DocumentText,
    FeedbackReceipt,
    MarkedPlace,
    Removal,
    UploadReceipt,
)
from service.errors import (
    ClientInvalid,
    ReplyInvalid,
    ServiceRefused,
    ServiceSlow,
    ServiceUnreachable,
)

__all__ = [
    "Asked",
    "Client",
    "ClientInvalid",
    "DocumentFilter",
    "DocumentItem",
    "DocumentList",
    "DocumentText",
    "FeedbackReceipt",
    "MarkedPlace",
    "Previous",
    "Removal",
    "ReplyInvalid",
    "ResolvedCitation",
    "Response",
    "Retrieval",
    "ServiceRefused",
    "ServiceSlow",
    "ServiceUnreachable",
    "UploadReceipt",
    "previous_of",
]
