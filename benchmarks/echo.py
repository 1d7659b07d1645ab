"""A bare grpc.aio server that answers SendMessage and Converse with replies made beforehand.

The measure of what a message must cost at least. It has the gRPC options, the event loop and the collector settings of
`botserver serve`, reads requests and writes replies as messages, and does nothing else.

    python -m benchmarks.echo REPLY     a SendMessageResponse in hexadecimal
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from typing import Any

import grpc
import uvloop
from grpc import aio

from botserver.rpc.pb import session_pb2
from botserver.rpc.server import OPTIONS


def handlers(reply: session_pb2.SendMessageResponse) -> dict[str, grpc.RpcMethodHandler[Any, Any]]:
    frame = session_pb2.ConverseResponse()
    frame.replies.add(session_id=reply.reply.session_id, message_id="m", response=reply)

    async def send_message(request: session_pb2.SendMessageRequest, context: object) -> session_pb2.SendMessageResponse:
        return reply

    async def converse(
        requests: AsyncIterator[session_pb2.ConverseRequest], context: object
    ) -> AsyncIterator[session_pb2.ConverseResponse]:
        async for _ in requests:
            yield frame

    return {
        "SendMessage": grpc.unary_unary_rpc_method_handler(
            send_message,
            request_deserializer=session_pb2.SendMessageRequest.FromString,
            response_serializer=session_pb2.SendMessageResponse.SerializeToString,
        ),
        "Converse": grpc.stream_stream_rpc_method_handler(
            converse,
            request_deserializer=session_pb2.ConverseRequest.FromString,
            response_serializer=session_pb2.ConverseResponse.SerializeToString,
        ),
    }


async def serve(reply: session_pb2.SendMessageResponse) -> None:
    server = aio.server(options=OPTIONS)
    service = grpc.method_handlers_generic_handler("botserver.v1.SessionService", handlers(reply))
    server.add_generic_rpc_handlers((service,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    print(f"serving echo on 127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    said = session_pb2.SendMessageResponse.FromString(bytes.fromhex(sys.argv[1]))
    uvloop.run(serve(said))
