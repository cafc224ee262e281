"""What has an address of its own: /customer-sheet?person=..., /report?of=... (a page as it was drawn), /scripts/..."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from nps.clock import now
from nps.context import sheet
from nps.context.customer import customer, person_of
from nps.decided import settings
from nps.errors import StoreError
from nps.store import the_store
from nps.takeaway import paper

PATH = "/customer-sheet"
SCRIPTS = {path.name: path for path in (Path(__file__).resolve().parent / "scripts").glob("*.js")}
KEPT_BY_NOBODY = {"Cache-Control": "no-store"}


def customer_sheet(request: Request) -> Response:
    """The sheet about a customer; 404 where nobody of that number answered, 503 where the store does not."""
    person_id = person_of(request.query_params.get("person"))
    try:
        store = the_store()
        found = None if person_id is None else customer(store, person_id)
        zone = settings(store).zone
    except StoreError as error:
        return PlainTextResponse(str(error), 503, headers=KEPT_BY_NOBODY)
    if found is None:
        return PlainTextResponse(
            "There is no customer of this number. Open the sheet from the customer's page.", 404, headers=KEPT_BY_NOBODY
        )
    return HTMLResponse(sheet.page(found, zone=zone, now=now()), headers=KEPT_BY_NOBODY)


def report(request: Request) -> Response:
    """A page as it was drawn last, to be printed; 404 where it is no longer kept."""
    sheet = paper.kept(request.query_params.get("of") or "")
    if sheet is None:
        return PlainTextResponse(
            "This report is no longer kept. Open the page again and choose Take away, Report to print.",
            404,
            headers=KEPT_BY_NOBODY,
        )
    return HTMLResponse(paper.html(sheet), headers=KEPT_BY_NOBODY)


def script(request: Request) -> Response:
    """A script of ours for the visitor's browser; 404 for any other name."""
    found = SCRIPTS.get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("There is no such script.", 404)
    return Response(found.read_bytes(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


ROUTES = (Route(PATH, customer_sheet), Route("/report", report), Route("/scripts/{name}", script))
