"""The socket that the service listens on."""

import asyncio
import re
import socket
from contextlib import ExitStack

import pytest

from service.errors import AddressInUse
from service.web.listening import bound, listen, take_no_more, waiting


def test_what_is_written_is_sent_at_once() -> None:
    async def no_delay() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def accepted(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            found.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = bound("127.0.0.1", 0)
        async with await asyncio.start_server(accepted, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            value = await asyncio.wait_for(found, 10)
            writer.close()
            await writer.wait_closed()
            return value

    assert asyncio.run(no_delay()) == 1


def test_who_has_connected_is_taken_and_nobody_else() -> None:
    with bound("127.0.0.1", 0) as listener, ExitStack() as stack:
        listen(listener)
        listener.setblocking(False)
        place = listener.getsockname()
        clients = [stack.enter_context(socket.create_connection(place)) for _ in range(3)]
        take_no_more(listener)
        with pytest.raises(TimeoutError, match="timed out"):
            socket.create_connection(place, timeout=0.2)
        taken = [stack.enter_context(connection) for connection in waiting(listener)]
        assert {c.getsockname() for c in clients} == {t.getpeername() for t in taken}
        listener.close()
        with pytest.raises(ConnectionRefusedError, match="refused"):
            socket.create_connection(place)
        for client in clients:
            client.sendall(b"a")
        for connection in taken:
            connection.settimeout(10)
            assert connection.recv(1) == b"a"


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("192.0.2.1", "this machine has no such address; choose one of its own with --host"),
        ("no.such.invalid", "choose another with --port, or an address of this machine"),
    ],
)
def test_an_address_that_is_none_of_this_machine_is_told(host: str, told: str) -> None:
    with pytest.raises(AddressInUse, match=re.escape(told)):
        bound(host, 0)


def test_a_port_that_another_listens_on_is_told() -> None:
    with bound("127.0.0.1", 0) as listener:
        listen(listener)
        with pytest.raises(AddressInUse, match="stop the program that listens there"):
            bound(*listener.getsockname())


def test_of_two_that_have_bound_one_port_the_second_to_listen_is_told() -> None:
    with bound("127.0.0.1", 0) as first, bound(*first.getsockname()) as second:
        listen(first)
        with pytest.raises(AddressInUse, match="stop the program that listens there"):
            listen(second)
