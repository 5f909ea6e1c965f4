"""POST /v1/chat/completions by the official client, against a server process."""

import asyncio
import re
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam

pytestmark = pytest.mark.model

QUESTION = "Did the Soviets want a warm water port?"
AFTER = "And what about Finland?"
ASKED: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def official(server_url: str) -> OpenAI:
    return OpenAI(base_url=f"{server_url}/v1", api_key="none", max_retries=0)


def _asked(url: str, question: str, **previous: Any) -> dict[str, Any]:
    reply = httpx.post(f"{url}/v1/ask", json={"question": question, **previous}, timeout=60)
    answered: dict[str, Any] = reply.json()
    return answered


def _own(answered: Any) -> dict[str, Any]:
    found: dict[str, Any] = answered.model_extra["citewell"]
    return found


def test_an_answer_is_that_of_ask(server_url: str, official: OpenAI) -> None:
    completion = official.chat.completions.create(model="citewell", messages=ASKED)
    asked = _asked(server_url, QUESTION)
    message = completion.choices[0].message
    content, annotations = message.content or "", message.annotations or []
    quotes = asked["answer"]["quotes"]
    cited = [each.url_citation for each in annotations]
    assert [content[each.start_index : each.end_index] for each in cited] == [
        quote["text"] for quote in quotes
    ]
    assert "warm water port baltic" in content
    assert all(each.url in content for each in cited)
    assert _own(completion)["response_id"] == asked["id"]
    assert completion.usage is not None
    assert completion.usage.total_tokens == (
        completion.usage.prompt_tokens + completion.usage.completion_tokens
    )
    for each, quote in zip(cited, quotes, strict=True):
        assert quote["text"] in httpx.get(each.url).json()["text"]


def test_a_stream_adds_up_to_the_answer(official: OpenAI) -> None:
    whole = official.chat.completions.create(model="citewell", messages=ASKED)
    stream = official.chat.completions.create(
        model="citewell", messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(c.delta.content or "" for chunk in chunks for c in chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage
    assert chunks[0].choices[0].delta.role == "assistant"


def test_the_clients_own_accumulation_has_the_annotations(official: OpenAI) -> None:
    whole = official.chat.completions.create(model="citewell", messages=ASKED)
    with official.chat.completions.stream(model="citewell", messages=ASKED) as stream:
        final = stream.get_final_completion()
    message, expected = final.choices[0].message, whole.choices[0].message
    assert message.content == expected.content
    assert expected.annotations
    assert final.to_dict()["choices"][0]["message"]["annotations"] == [  # type: ignore[index]
        each.to_dict() for each in expected.annotations
    ]
    assert final.choices[0].finish_reason == "stop"


def test_the_asynchronous_client_is_answered(server_url: str, official: OpenAI) -> None:
    async def run() -> tuple[list[str | None], str]:
        async with AsyncOpenAI(base_url=f"{server_url}/v1", api_key="none") as client:
            calls = (
                client.chat.completions.create(model="citewell", messages=ASKED) for _ in range(4)
            )
            found = [each.choices[0].message.content for each in await asyncio.gather(*calls)]
            streamed = ""
            async for chunk in await client.chat.completions.create(
                model="citewell", messages=ASKED, stream=True
            ):
                streamed += chunk.choices[0].delta.content or ""
            return found, streamed

    found, streamed = asyncio.run(run())
    whole = official.chat.completions.create(model="citewell", messages=ASKED)
    assert {*found, streamed} == {whole.choices[0].message.content}


def test_the_raw_response_is_json(official: OpenAI) -> None:
    raw = official.chat.completions.with_raw_response.create(model="citewell", messages=ASKED)
    assert (raw.status_code, raw.headers["content-type"]) == (200, "application/json")
    assert raw.parse().choices[0].finish_reason == "stop"


def test_a_conversation_goes_on(server_url: str, official: OpenAI) -> None:
    first = official.chat.completions.create(model="citewell", messages=ASKED)
    asked = _asked(server_url, QUESTION)
    cited = [asked["passages"][rank - 1]["id"] for rank in asked["answer"]["citations"]]
    second = _asked(server_url, AFTER, previous={"question": QUESTION, "citations": cited})
    answer: Any = first.choices[0].message
    plain = {"role": "assistant", "content": answer.content}
    for earlier in (answer, plain, answer.to_dict()):
        messages: list[Any] = [*ASKED, earlier, {"role": "user", "content": AFTER}]
        told = official.chat.completions.create(model="citewell", messages=messages)
        assert _own(told)["response_id"] == second["id"]
        assert _own(told)["understood"] == second["understood"]["question"]


@pytest.mark.parametrize(
    ("kind", "match", "asked"),
    [
        (openai.NotFoundError, "there is no model 'gpt-4o' here", {"model": "gpt-4o"}),
        (openai.BadRequestError, "n: is 2; there is one answer", {"n": 2}),
        (
            openai.BadRequestError,
            "messages.0.content: is empty",
            {"messages": [{"role": "user", "content": ""}]},
        ),
        (
            openai.BadRequestError,
            "no message has the role user",
            {"messages": [{"role": "system", "content": "a"}]},
        ),
        (
            openai.APIStatusError,
            "the body is longer than 2097152 bytes",
            {"messages": [{"role": "user", "content": "a" * 2_100_000}]},
        ),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_the_clients_own(
    official: OpenAI, kind: type[openai.APIStatusError], match: str, asked: Any, stream: bool
) -> None:
    called = {"model": "citewell", "messages": ASKED, "stream": stream} | asked
    with pytest.raises(kind, match=re.escape(match)) as caught:
        official.chat.completions.create(**called)
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["type"] == "invalid_request_error"


def test_models_are_listed(official: OpenAI) -> None:
    assert [model.id for model in official.models.list()] == ["citewell"]
    assert official.models.retrieve("citewell").owned_by == "citewell"
    with pytest.raises(openai.NotFoundError, match="there is no model 'x' here"):
        official.models.retrieve("x")
