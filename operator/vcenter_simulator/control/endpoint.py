"""The control port: JSON or YAML over plain HTTP. Bad input gets 400 and one sentence."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import ValidationError

from vcenter_simulator.control.operations import Control, UnknownError
from vcenter_simulator.control.routes import ROUTES, Handler
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.sentences import sentence
from vcenter_simulator.host.refusals import Refusal

LARGEST_REQUEST = 256 << 20
"""Bytes; the state of ten thousand hosts fits."""


class ControlEndpoint:
    """The control port of one vCenter.

    Args:
        control: what it does.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

    def application(self) -> web.Application:
        """Return the web application."""
        app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[_one_sentence])
        for route in ROUTES:
            app.router.add_route(route.method, route.path, self._bound(route.handle))
        return app

    def _bound(self, handle: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await handle(self._control, request)

        return handler


@web.middleware
async def _one_sentence(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValidationError as error:
        return _refused(400, sentence(error))
    except (DocumentError, Refusal) as error:
        return _refused(400, str(error))
    except UnknownError as error:
        return _refused(404, str(error))
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        return _refused(error.status, f"There is no {request.method} {request.path}; GET / lists what there is.")
    except web.HTTPRequestEntityTooLarge as error:
        return _refused(error.status, f"The document is larger than {LARGEST_REQUEST >> 20} MiB.")


def _refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
