"""The ASGI app: nps/app.py with health routes, security headers, start-up and shutdown; nothing else."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from nps import backups, daily, inbox, sheets
from nps.__main__ import parsed, run
from nps.door import Door
from nps.errors import StoreError
from nps.headers import SecurityHeaders
from nps.places import location
from nps.saying import postman
from nps.start import ready_store, warm_up
from nps.store import the_store
from nps.suggesting import keeping
from nps.visitors import BrowserCookie

ROOT = Path(__file__).resolve().parent

log = logging.getLogger(__name__)
door = Door(the_store, parsed, run)


async def healthz(_request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def readyz(_request: Request) -> JSONResponse:
    """The store answers too; else 503 with the sentence that says why."""
    try:
        the_store().rows("SELECT 1")
    except StoreError as error:
        return JSONResponse({"status": "unavailable", "reason": str(error)}, 503, headers={"Cache-Control": "no-store"})
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Open the store, warm up, look after inbox, mail, counts and suggestions; then close the store.

    A store that cannot be opened does not stop the server: pages and `/readyz` say what is wrong until it is mended.
    """
    try:
        ready_store()
    except StoreError as error:
        log.error("%s", error)
    warm_up()
    print(f"NPS dashboard: http://{st.get_option('server.address')}:{st.get_option('server.port')}", flush=True)
    with (
        door.opened(location(), f"http://127.0.0.1:{st.get_option('server.port')}"),
        inbox.watched(),
        postman.on_duty(),
        daily.kept_ready(the_store),
        keeping.kept_ready(the_store),
        backups.on_schedule(the_store),
    ):
        yield
    with suppress(StoreError):
        the_store().close()


app = st.App(
    ROOT / "nps" / "app.py",
    routes=[Route("/healthz", healthz), Route("/readyz", readyz), *sheets.ROUTES, *door.routes],
    middleware=[Middleware(SecurityHeaders), Middleware(BrowserCookie)],
    lifespan=lifespan,
)
