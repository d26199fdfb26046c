"""The routes of orders and their items."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.demo.api_errors import ApiError, ErrorBody, bad_parameter, invalid_fields
from app.demo.api_json import json_response, read_object
from app.demo.api_routes import Answer, Parameter, RequestBody, RouteTable
from app.demo.api_state import shop_of
from app.demo.openapi_schemas import INTEGER, array, one_of, record, ref, text
from app.demo.shop_draft import read_note, read_order
from app.demo.shop_pages import base_url, page_response
from app.demo.shop_types import ORDER_STATUSES
from app.domain.values import shown

ORDERS = RouteTable("Orders", is_open=False)

UNKNOWN = Answer(status=404, about="Nothing has this id.", schema=ref("Error"))
BAD_PARAMETER = Answer(status=400, about="A parameter cannot be used.", schema=ref("Error"))
BAD_JSON = Answer(status=400, about="The body is not a JSON object.", schema=ref("Error"))
BAD_FIELDS = Answer(status=422, about="Fields are wrong; each is named.", schema=ref("Error"))
ONE_ORDER = Answer(status=200, about="The order.", schema=ref("Order"))
PAGING = (
    Parameter(name="page", about="Which page, from 1.", schema={**INTEGER, "minimum": 1, "default": 1}),
    Parameter(
        name="per_page", about="Rows on a page.", schema={**INTEGER, "minimum": 1, "maximum": 100, "default": 25}
    ),
)
LINK = {"Link": "The first, previous, next and last page (RFC 8288)."}
_EXAMPLE_ITEM = {"sku": "NB-A5-DOT", "title": "Notebook A5, dotted", "quantity": 2, "price": 14.5}


@ORDERS.on(
    "GET",
    "/orders",
    "All orders by rising id, in pages of 25.",
    Answer(status=200, about="A page of orders.", schema=ref("OrderPage"), headers=LINK),
    BAD_PARAMETER,
    parameters=(
        Parameter(name="email", about="Only orders of the customer with this address; empty for all.", schema=text()),
        Parameter(
            name="status",
            about="Only orders in this state; empty for all.",
            schema={"anyOf": [one_of(ORDER_STATUSES), {"const": ""}]},
        ),
        *PAGING,
    ),
)
async def list_orders(request: Request) -> Response:
    """GET /orders."""
    status = request.query_params.get("status", "")
    if status and status not in ORDER_STATUSES:
        raise bad_parameter("status", f"status is {shown(status)}; it must be one of {', '.join(ORDER_STATUSES)}.")
    orders = shop_of(request).orders(email=request.query_params.get("email", ""), status=status)
    return page_response(request, "orders", orders)


@ORDERS.on(
    "POST",
    "/orders",
    "Place an order.",
    Answer(status=201, about="The new order.", schema=ref("Order"), headers={"Location": "Where it is from now on."}),
    BAD_JSON,
    BAD_FIELDS,
    body=RequestBody(schema=ref("NewOrder"), example={"customer_id": "c-101", "items": [_EXAMPLE_ITEM]}),
)
async def create_order(request: Request) -> Response:
    """POST /orders."""
    shop = shop_of(request)
    draft, problems = read_order(await json_body(request), [customer["id"] for customer in shop.customers])
    if problems:
        raise invalid_fields(problems)
    order = shop.add_order(draft)
    return json_response(order, status=201, headers={"Location": f"{base_url(request)}/orders/{order['id']}"})


@ORDERS.on("GET", "/orders/{order_id}", "One order.", ONE_ORDER, UNKNOWN)
async def show_order(request: Request) -> Response:
    """GET /orders/{order_id}."""
    return json_response(shop_of(request).order(request.path_params["order_id"]))


@ORDERS.on(
    "PATCH",
    "/orders/{order_id}",
    "Change the note of an order; nothing else can be changed.",
    ONE_ORDER,
    BAD_JSON,
    UNKNOWN,
    BAD_FIELDS,
    body=RequestBody(schema=ref("NewNote"), example={"note": "Leave it with the neighbour."}),
)
async def change_order(request: Request) -> Response:
    """PATCH /orders/{order_id}."""
    shop, order_id = shop_of(request), request.path_params["order_id"]
    shop.order(order_id)
    note, problems = read_note(await json_body(request))
    if problems:
        raise invalid_fields(problems)
    return json_response(shop.set_note(order_id, note))


@ORDERS.on(
    "DELETE",
    "/orders/{order_id}",
    "Remove an order and its shipments.",
    Answer(status=204, about="It is gone."),
    UNKNOWN,
)
async def delete_order(request: Request) -> Response:
    """DELETE /orders/{order_id}."""
    shop_of(request).delete_order(request.path_params["order_id"])
    return Response(status_code=204)


@ORDERS.on(
    "GET",
    "/orders/{order_id}/items",
    "The items of one order: the second call of a chain.",
    Answer(status=200, about="Its items.", schema=record({"order_id": text(), "items": array(ref("Item"))})),
    UNKNOWN,
)
async def list_items(request: Request) -> Response:
    """GET /orders/{order_id}/items."""
    order = shop_of(request).order(request.path_params["order_id"])
    return json_response({"order_id": order["id"], "items": order["items"]})


@ORDERS.on(
    "POST",
    "/orders/{order_id}/items/{item_id}/cancel",
    "Cancel one item; the order's total and status follow.",
    Answer(
        status=200,
        about="What became of the item and of its order.",
        schema=record({"status": {"const": "cancelled"}, "item": ref("Item"), "order": ref("Order")}),
    ),
    UNKNOWN,
    Answer(status=409, about="It was cancelled before, or has been shipped.", schema=ref("Error")),
)
async def cancel_item(request: Request) -> Response:
    """POST /orders/{order_id}/items/{item_id}/cancel; a body is not looked at."""
    order, item = shop_of(request).cancel_item(request.path_params["order_id"], request.path_params["item_id"])
    return json_response({"status": item["status"], "item": item, "order": order})


async def json_body(request: Request) -> dict[str, object]:
    """The JSON object that was sent; 400 when there is none."""
    try:
        return read_object(await request.body())
    except ValueError as error:
        message = f"The body must be a JSON object: {error}."
        raise ApiError(400, ErrorBody(type="invalid_json", message=message)) from error
