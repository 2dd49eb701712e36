"""What is compared with: aiohttp's own application with one route, default options, and a fixed answer."""

from __future__ import annotations

import sys

from aiohttp import web


async def answer(request: web.Request) -> web.Response:
    """Read the body and answer ``{}``."""
    await request.read()
    return web.json_response({})


def main() -> None:
    """Serve on the port given."""
    app = web.Application()
    app.router.add_post("/my-automation", answer)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=lambda text: None, access_log=None)


if __name__ == "__main__":
    main()
