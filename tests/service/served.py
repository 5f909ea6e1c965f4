"""The application on a real socket. In: a LiveEngine. Out: an address, while it is entered."""

import http.client
import socket
import threading
import time

import uvicorn

from service.live import LiveEngine
from service.web.app import create_app
from service.web.graceful import server_config
from service.web.protocol import ProblemProtocol


class Served:
    """The application on a socket, in a thread of this process."""

    def __init__(self, live: LiveEngine, protocol: type[ProblemProtocol] = ProblemProtocol) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        config = server_config(create_app(live), protocol)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}
        )

    def __enter__(self) -> "Served":
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._listener.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
