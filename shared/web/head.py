"""HEAD on every path that has GET: the same answer without its body.

Must never break: an answer without an end (a stream) ends when its head was sent.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


async def answer_head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let `app` answer the request as a GET and keep its body back."""
    ended_here = False

    async def sent(message: Message) -> None:
        nonlocal ended_here
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})
        elif message.get("more_body") and not ended_here:
            ended_here = True
            answering.cancel()

    async def answer() -> None:
        await app({**scope, "method": "GET"}, receive, sent)

    answering = asyncio.ensure_future(answer())
    try:
        await answering
    except asyncio.CancelledError:
        if not ended_here:
            raise
