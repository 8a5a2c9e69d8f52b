"""The floor under every gateway on this server: an ASGI app that answers constant bytes."""

from starlette.types import ASGIApp, Receive, Scope, Send


def floor(body: bytes) -> ASGIApp:
    """Reads the request and answers `body`, with the headers that a GraphQL answer needs."""
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    end = {"type": "http.response.body", "body": body}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send(start)
        await send(end)

    return answer
