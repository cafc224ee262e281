"""A visitor without a browser: speaks Streamlit's protocol over a websocket, changes filters and waits for the page.

It does what the browser's side does, except that it draws nothing and keeps no message: each page is sent to it whole.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import quote, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from nps.visitors import COOKIE

PATIENCE = 60.0  # seconds until a page counts as lost
GRID = "grid"  # the name of the table that can be edited
REFUSED = b"Not done"  # the badge under which the dashboard shows an error of its own

Value = str | tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """One run of a page: seconds from the change to the end of the script, bytes, and what went wrong.

    `charted` are the seconds until its last chart was there; 0 without one.
    """

    seconds: float
    size: int
    faults: tuple[str, ...] = ()
    charted: float = 0.0


@dataclass(frozen=True)
class Widget:
    """An input of the page: its id, and what can be chosen as people read it."""

    id: str
    options: tuple[str, ...]


@dataclass
class Visitor:
    """A session on one page: `widgets` are its inputs by their name in the address, `chosen` what was changed."""

    page: str
    port: int
    _socket: ClientConnection
    widgets: dict[str, Widget] = field(default_factory=dict)
    chosen: dict[str, Value] = field(default_factory=dict)

    async def open(self) -> Drawn:
        """Load the page."""
        return await self._run()

    async def choose(self, name: str, value: Value) -> Drawn:
        """Change one input and wait until the page is drawn anew. An empty tuple clears an input of several values."""
        self.chosen[name] = value
        return await self._run()

    async def _run(self) -> Drawn:
        begin = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._socket.send(self._request())
                size, faults, charted = await self._read()
        except TimeoutError:
            return Drawn(perf_counter() - begin, 0, ("the script did not finish",))
        except ConnectionClosed:
            return Drawn(perf_counter() - begin, 0, ("the connection broke",))
        return Drawn(perf_counter() - begin, size, faults, max(charted - begin, 0.0))

    def _request(self) -> bytes:
        query = [(name, part) for name, value in self.chosen.items() if name != GRID for part in _parts(value)]
        address = f"http://127.0.0.1:{self.port}/{self.page}"
        state = ClientState(page_name=self.page, query_string=urlencode(query))
        state.context_info.url = address
        state.context_info.timezone, state.context_info.locale = "UTC", "en-GB"
        for name, value in self.chosen.items():
            widget = state.widget_states.widgets.add(id=self.widgets[name].id)
            if isinstance(value, str):
                widget.string_value = value
            else:
                widget.string_array_value.SetInParent()
                widget.string_array_value.data.extend(value)
        return bytes(BackMsg(rerun_script=state).SerializeToString())

    async def _read(self) -> tuple[int, tuple[str, ...], float]:
        """Everything up to the end of the script: bytes, faults, and when the last chart came."""
        size, faults, charted = 0, [], 0.0
        while True:
            data = await self._socket.recv(decode=False)
            size += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    faults.append(f"the script ended with status {message.script_finished}")
                return size, tuple(faults), charted
            if kind == "page_not_found":
                faults.append("the page was not found")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                faults += self._look_at(message, data)
                if message.delta.new_element.WhichOneof("type") == "plotly_chart":
                    charted = perf_counter()

    def _look_at(self, message: ForwardMsg, data: bytes) -> list[str]:
        """Note an input; return what is wrong with an element."""
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "selectbox":
            self.widgets[element.selectbox.query_param_key] = Widget(
                element.selectbox.id, tuple(element.selectbox.options)
            )
        elif kind == "multiselect":
            self.widgets[element.multiselect.query_param_key] = Widget(
                element.multiselect.id, tuple(element.multiselect.options)
            )
        elif kind == "text_input":
            self.widgets[element.text_input.query_param_key] = Widget(element.text_input.id, ())
        elif kind == "dataframe" and element.dataframe.editing_mode:
            self.widgets[GRID] = Widget(element.dataframe.id, ())
        elif kind == "exception":
            return [f"{element.exception.type}: {element.exception.message}"]
        return ["the page shows an error"] if kind == "markdown" and REFUSED in data else []


def _parts(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


@asynccontextmanager
async def visiting(port: int, page: str, *, token: str = "") -> AsyncIterator[Visitor]:
    """A visitor of one page of the server on that port; "" is the first page. `token` is the browser's cookie."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    cookie = {"Cookie": f"{COOKIE}={quote(token)}"} if token else {}
    async with connect(
        address,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers=cookie,
        max_size=None,
        compression=None,
    ) as socket:
        yield Visitor(page, port, socket)
