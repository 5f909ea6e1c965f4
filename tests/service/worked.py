"""The worked examples of openapi.json. In: a client of a server. Out: requests sent, answers.

``python -m tests.service.worked URL`` writes ``service/web/examples.json`` anew from a server
that answers from a fresh index of the seed, and can change it; ``git diff`` tells what moved.
"""

import json
import re
import sys
from typing import Any

import httpx

from service.web.described import EXAMPLES, OPERATIONS

QUESTION = {"question": "Which port did the Soviets want on the Baltic?", "top_k": 1}
LEASE_END = {"question": "When does the lease of the garden end?", "top_k": 1}
SEED = "d_58a193c41600144b"
LEASE = "d_3df38dfb92563b9c"
# In the order they are sent in: what is looked at or removed has been added.
REQUESTS: dict[str, dict[str, Any]] = {
    "get_health": {},
    "get_readiness": {},
    "ask": {"request": QUESTION},
    "ask_batch": {"request": {"questions": [QUESTION, LEASE_END]}},
    "retrieve": {"request": {**QUESTION, "filter": {"path": ["000_*"]}}},
    "suggest_questions": {},
    "get_citation": {"path": {"citation_id": "p_58a193c41600144b_9442_10585_9ca7ff7318834c6b"}},
    "list_documents": {"query": {"limit": 10, "sort": "-date", "path": ["*.txt"]}},
    "get_index": {},
    "give_feedback": {
        "request": {
            "question": QUESTION["question"],
            "verdict": "wrong",
            "answer_id": "a_6b1dbc52bdec1191",
            "passages": [{"document": SEED, "start": 10009, "end": 10060}],
            "comment": "It is the sentence before.",
        }
    },
    "export_feedback": {},
    "list_models": {},
    "get_model": {"path": {"model": "citewell"}},
    "create_chat_completion": {
        "request": {
            "model": "citewell",
            "messages": [{"role": "user", "content": QUESTION["question"]}],
        }
    },
    "add_documents": {
        "request": {"file": ["The lease of the garden ends in May."], "path": "lease.txt"}
    },
    "get_document": {"path": {"document_id": LEASE}},
    "get_document_text": {"path": {"document_id": LEASE}, "query": {"start": 4, "end": 23}},
    "remove_document": {"path": {"document_id": LEASE}, "query": {"erase": False}},
    "restore_document": {"path": {"document_id": LEASE}},
    "get_metrics": {},
}
# What another run of the same request answers differently: times, and ids that are its own.
UNSTABLE = {"timings_ms", "created", "uptime_s"}
OWN_ID = {"give_feedback", "create_chat_completion"}
# How much may differ: logits of reading have a deviation of 3 to 9.
LOGIT, PROBABILITY = 0.4, 0.01
DECIMALS = re.compile(r"\d\.\d+")
CALLED = {"Host": "localhost:8000"}
_PLACES = {name: place for place, name in OPERATIONS.items()}


def send(client: httpx.Client, name: str, example: dict[str, Any]) -> httpx.Response:
    """The answer to an example's request."""
    method, path = _PLACES[name]
    url = path.format(**example.get("path", {}))
    body: dict[str, Any] = {}
    if name == "add_documents":
        files = [("file", ("file", text)) for text in example["request"]["file"]]
        body = {"files": files, "data": {"path": example["request"]["path"]}}
    elif "request" in example:
        body = {"json": example["request"]}
    # Addresses in answers are made with what the client calls the server.
    return client.request(method, url, params=example.get("query"), headers=CALLED, **body)


def answer_of(reply: httpx.Response) -> Any:
    """The JSON, or the text, of an answer; of the numbers for Prometheus those on the index,
    but for times."""
    kind = reply.headers["content-type"]
    if "jsonl" in kind:
        return reply.text
    if "json" in kind:
        return reply.json()
    lines = reply.text.splitlines(keepends=True)
    told = [line for line in lines if "citewell_index" in line and "_seconds" not in line]
    return "".join(told)


def stable(value: Any, name: str) -> Any:
    """An answer without what differs from run to run."""
    if isinstance(value, dict):
        unstable = UNSTABLE | ({"id"} if name in OWN_ID else set())
        return {key: stable(each, name) for key, each in value.items() if key not in unstable}
    return [stable(each, name) for each in value] if isinstance(value, list) else value


def differing(found: Any, documented: Any, place: str) -> list[str]:
    """Where two answers differ, numbers by more than the last digits of 32 bits, which are not the
    same on every processor, make of a reading whose every step is rounded to 8."""
    if isinstance(found, dict) and isinstance(documented, dict) and set(found) == set(documented):
        return [d for k in found for d in differing(found[k], documented[k], f"{place}.{k}")]
    if isinstance(found, list) and isinstance(documented, list) and len(found) == len(documented):
        pairs = enumerate(zip(found, documented, strict=True))
        return [d for n, pair in pairs for d in differing(*pair, f"{place}[{n}]")]
    if isinstance(found, float) and isinstance(documented, float):
        same = abs(found - documented) <= (LOGIT if ".signals." in place else PROBABILITY)
    elif place.endswith(".explanation"):
        same = DECIMALS.sub("", found) == DECIMALS.sub("", documented)
    else:
        same = found == documented
    return [] if same else [f"{place}: {found!r} instead of {documented!r}"]


def main(url: str) -> None:
    """Write the examples anew."""
    made = {}
    with httpx.Client(base_url=url, timeout=60) as client:
        for name, example in REQUESTS.items():
            reply = send(client, name, example)
            reply.raise_for_status()
            made[name] = {**example, "status": reply.status_code, "answer": answer_of(reply)}
    EXAMPLES.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
