"""How much and how slowly may be sent. In: a way to receive. Out: a body, or a refusal."""

import asyncio

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive

from service.errors import BodyTooSlow
from service.web.problems import refusal, too_large

MOST_BYTES = 64 * 1024  # of a request's body: a question of 2,000 characters fits ten times


async def read_body(
    receive: Receive, headers: Headers, most: int, seconds: float
) -> bytes | Response:
    """The whole body, or why it is not read on: it has more than ``most`` bytes, which is
    refused before the first byte where the request states it, or takes longer than that."""
    stated = headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > most:
        return _too_long(most)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                chunk: bytes = message.get("body", b"")
                body += chunk
                if len(body) > most:
                    return _too_long(most)
                if message["type"] == "http.disconnect":  # what came is no whole request
                    return refusal(400, "bad-request", "the body ends before its end; send it all")
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        return too_slow(seconds)


def replay(body: bytes, receive: Receive) -> Receive:
    """Receive a body that was read already, then what else comes."""
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def hurried(receive: Receive, seconds: float) -> Receive:
    """Receive a long body piece by piece; raises ``BodyTooSlow`` when the next one takes longer
    than this. Once the body is there, waiting for the client to go takes as long as it takes."""
    ended = False

    async def received() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            raise BodyTooSlow(_slow(seconds)) from None
        ended = not message.get("more_body", False)
        return message

    return received


def too_slow(seconds: float) -> Response:
    """The response to a body that does not come."""
    return refusal(408, "too-slow", _slow(seconds))


def _slow(seconds: float) -> str:
    return f"nothing more of the body came for {seconds:g} s; send it at once, or in smaller parts"


def _too_long(most: int) -> Response:
    return too_large(f"the body is longer than {most} bytes; send less")
