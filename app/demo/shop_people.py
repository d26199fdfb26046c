"""The routes of customers, companies and shipments; each list has another shape, as lists do."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.demo.api_errors import bad_parameter
from app.demo.api_json import json_response
from app.demo.api_routes import Answer, Parameter, RouteTable
from app.demo.api_state import shop_of
from app.demo.openapi_schemas import INTEGER, array, record, ref, text
from app.demo.shop_orders import BAD_PARAMETER, LINK, PAGING, UNKNOWN
from app.demo.shop_pages import page_response

PEOPLE = RouteTable("People and parcels", is_open=False)


@PEOPLE.on(
    "GET",
    "/customers",
    "All customers, in pages of 25.",
    Answer(status=200, about="A page of customers.", schema=ref("CustomerPage"), headers=LINK),
    BAD_PARAMETER,
    parameters=PAGING,
)
async def list_customers(request: Request) -> Response:
    """GET /customers."""
    return page_response(request, "customers", shop_of(request).customers)


@PEOPLE.on(
    "GET",
    "/customers/search",
    "The customers with an email address; usually one, or none.",
    Answer(
        status=200,
        about="Who was found; an empty array when nobody was.",
        schema=record({"customers": array(ref("Customer")), "total": INTEGER}),
    ),
    BAD_PARAMETER,
    parameters=(Parameter(name="email", about="The whole address, in any case.", schema=text(), is_required=True),),
)
async def search_customers(request: Request) -> Response:
    """GET /customers/search."""
    email = request.query_params.get("email", "").strip()
    if not email:
        raise bad_parameter("email", "email is needed, as in /customers/search?email=zoe@example.com.")
    customers = shop_of(request).customers_by_email(email)
    return json_response({"customers": customers, "total": len(customers)})


@PEOPLE.on(
    "GET",
    "/customers/{customer_id}",
    "One customer.",
    Answer(status=200, about="The customer.", schema=ref("Customer")),
    UNKNOWN,
)
async def show_customer(request: Request) -> Response:
    """GET /customers/{customer_id}."""
    return json_response(shop_of(request).customer(request.path_params["customer_id"]))


@PEOPLE.on(
    "GET",
    "/companies",
    "All companies: an array at the root, without pages.",
    Answer(status=200, about="The companies.", schema=array(ref("Company"))),
)
async def list_companies(request: Request) -> Response:
    """GET /companies."""
    return json_response(shop_of(request).companies)


@PEOPLE.on(
    "GET",
    "/shipments",
    "All shipments, in one go.",
    Answer(status=200, about="The shipments.", schema=record({"shipments": array(ref("Shipment"))})),
)
async def list_shipments(request: Request) -> Response:
    """GET /shipments."""
    return json_response({"shipments": shop_of(request).shipments})


@PEOPLE.on(
    "GET",
    "/orders/{order_id}/shipments",
    "The shipments of one order; an empty array before anything has left the house.",
    Answer(status=200, about="Its shipments.", schema=record({"shipments": array(ref("Shipment"))})),
    UNKNOWN,
)
async def list_order_shipments(request: Request) -> Response:
    """GET /orders/{order_id}/shipments."""
    return json_response({"shipments": shop_of(request).shipments_of(request.path_params["order_id"])})
