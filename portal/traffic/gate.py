"""The ASGI gate before an application: a request waits for its kind's slot here, or is told when to come again."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.publication.time_limit import limited
from portal.traffic.admission import Admission
from portal.traffic.slots import BusyError

# An answer in steps is work until its last step; everything else is made before its first byte is sent.
_TO_THE_END = {"question"}


class Gate:
    """Lets requests in by kind. It stands behind what reads bodies to their end: who sends slowly holds no slot.

    Args:
        app: what is behind it.
        admission: gives the rates and slots; called at each request.
        kind_of: the kind of a request, None for what needs no slot.
        refuse: the answer to a request there is no room for.
    """

    def __init__(
        self,
        app: ASGIApp,
        admission: Callable[[], Admission],
        kind_of: Callable[[Scope], str | None],
        refuse: Callable[[Scope, BusyError], ASGIApp],
    ) -> None:
        self._app, self._admission, self._kind_of, self._refuse = app, admission, kind_of, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        admission = self._admission()
        kind = self._kind_of(scope)
        if kind is None:
            with limited(admission.read_seconds):
                await self._app(scope, receive, send)
            return
        try:
            await self._pass(admission, kind, scope, receive, send)
        except BusyError as busy:
            await self._refuse(scope, busy)(scope, receive, send)

    async def _pass(self, admission: Admission, kind: str, scope: Scope, receive: Receive, send: Send) -> None:
        async with admission.held_async(kind, admission.client(scope)) as held:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start" and kind not in _TO_THE_END:
                    held.give_back()
                await send(message)

            await self._app(scope, receive, sending)
