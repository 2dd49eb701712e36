"""What the stand-in platform knows: its paths, the scopes that may read them, and documents in documented shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Document = Mapping[str, Any]

USER_SCOPES = (
    "user.admin",
    "user.profile:read",
    "user.contact:read",
    "user.permission:read",
    "user.permission",
    "self.user.admin",
    "self.user.contact:read",
    "openid",
    "profile",
    "email",
    "phone",
    "address",
)
UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ACCOUNT = r"AG-[A-Z0-9]+"
ORDER = rf"{ACCOUNT}:ORD-[A-Z0-9]+"
USER = rf"U-{UUID}"


class Route(NamedTuple):
    """A GET: ``path`` is a pattern below the base whose first group is the id; any one of the scopes will do."""

    path: str
    scopes: tuple[str, ...]
    document: Callable[[str, str], Document]
    parameter: str = ""
    """The query parameter that the id is in instead."""
    is_crm: bool = False


def order(id: str, base: str) -> Document:
    """An order, as the guide shows one."""
    account, here = id.partition(":")[0], f"{base}/orders/{id}"
    line = {
        "sku": "MP-fba21121b71148c9bb33e11fcd92d520",
        "quantity": 1,
        "amount": 5300,
        "intervalCode": "monthly",
        "isPackage": False,
        "containedInPackage": "",
    }
    return _one(
        "orders",
        id,
        {"lineItems": [line], "currencyCode": "AUD", "statusCode": "draft"},
        {
            "businessLocation": {
                "links": _links(here, "businessLocation"),
                "data": {"type": "businessLocations", "id": account},
            },
            "customFields": {"links": _links(here, "customFields")},
        },
    )


def sales_account(id: str, base: str) -> Document:
    """A sales account, with the stray keys of the description's example."""
    attributes = {
        "name": "Smith & Sons",
        "customerIdentifier": "C-17",
        "phoneNumbers": ["+61 2 5550 1234"],
        "updatedAt": "2026-08-01T09:30:00Z",
    }
    links = _links(f"{base}/salesAccounts/{id}", "customFields")
    return _one("salesAccounts", id, attributes, {"type": "salesAccounts", "customFields": {"links": links}})


def business_location(id: str, base: str) -> Document:
    """A business location, which has the id of the account."""
    attributes = {"name": "Smith & Sons", "phoneNumbers": ["+61 2 5550 1234"], "serviceAreaBusiness": False}
    here = f"{base}/businessLocations/{id}"
    return _one("businessLocations", id, attributes, {"salesAccount": {"links": _links(here, "salesAccount")}})


def user(id: str, base: str) -> Document:
    """A user, the whole of it, whatever ``fields[users]`` asks for."""
    attributes = {"displayName": "William Smith", "email": "bill@example.com", "firstName": "William"}
    here = f"{base}/users/{id}"
    return _one("users", id, attributes, {"businessLocations": {"links": _links(here, "businessLocations")}})


def automation(id: str, base: str) -> Document:
    """An automation that is on."""
    return _one("automations", id, {"name": "Order created", "status": "on", "tags": ["orders"]})


def product(id: str, base: str) -> Document:
    """A product that can be activated."""
    return _one("partnerActivatableProducts", id, {"name": "Reputation", "currencyCode": "AUD"})


def order_fields(id: str, base: str) -> Document:
    """The custom fields of an order, of the type that the description's example has."""
    return _fields(f"{id}:fields", {"fieldID": "FieldID-1", "title": "Purchase order", "stringValue": "PO-17"})


def own_fields(id: str, base: str) -> Document:
    """The custom fields of an account or a user."""
    return _fields(f"{id}:fields", {"fieldId": "FieldID-2", "title": "Region", "stringValue": "South"})


def forms(id: str, base: str) -> Document:
    """The fulfilment forms of an order."""
    attributes = {"name": "Set-up", "statusCode": "open", "fields": [{"name": "Logo", "value": ""}]}
    return {"data": [{"type": "orderFulfillmentForms", "id": "OFS-1", "attributes": attributes}]}


def subscriptions(id: str, base: str) -> Document:
    """The active products of an account."""
    attributes = {"sku": "MP-fba21121b71148c9bb33e11fcd92d520", "status": "assigned"}
    return {"data": [{"type": "subscriptionAssignments", "id": "Of-1", "attributes": attributes}], "links": {}}


def user_locations(id: str, base: str) -> Document:
    """The accounts that a user may see."""
    return {"data": [{"type": "businessLocations", "id": "AG-7PQTGLLXQQ"}]}


def contact(id: str, base: str) -> Document:
    """A contact of the CRM, which is no JSON:API."""
    return {"id": id, "fields": [{"id": "first_name", "value": "Ada"}, {"id": "email", "value": "ada@example.com"}]}


ROUTES = (
    Route(rf"/orders/({ORDER})", ("order", "order:read"), order),
    Route(rf"/orders/({ORDER})/(?:relationships/)?customFields", ("order",), order_fields),
    Route(rf"/orders/({ORDER})/businessLocation", ("business", "business:read"), business_location),
    Route("/orderFulfillmentForms", ("order", "order:read"), forms, "ordersID"),
    Route(rf"/salesAccounts/({ACCOUNT})", ("sales.account",), sales_account),
    Route(rf"/salesAccounts/({ACCOUNT})/customFields", ("sales.account",), own_fields),
    Route(rf"/businessLocations/({ACCOUNT})", ("business", "business:read"), business_location),
    Route("/subscriptionAssignments", ("sales.account",), subscriptions, "filter[businessLocationId]"),
    Route(rf"/users/({USER})", USER_SCOPES, user),
    Route(rf"/businessLocations/({ACCOUNT})/salesAccount", ("sales.account",), sales_account),
    Route(rf"/users/({USER})/(?:relationships/)?businessLocations", ("user.admin",), user_locations),
    Route(rf"/users/({USER})/customFields", ("user.admin",), own_fields),
    Route(rf"/automations/(Automation-{UUID})", ("automation:read",), automation),
    Route(r"/partnerActivatableProducts/((?:MP|A)-\w+)", ("product", "partner:read"), product),
    Route(rf"/[A-Za-z0-9-]+/contacts/(ContactID-{UUID})", ("customers",), contact, is_crm=True),
)


def route_of(path: str, query: Mapping[str, str]) -> tuple[Route, str] | None:
    """The route of a path below the base, and the id that is asked for."""
    for route in ROUTES:
        if found := re.fullmatch(route.path, path):
            return route, query.get(route.parameter, "") if route.parameter else found[1]
    return None


def _one(type: str, id: str, attributes: Document, relationships: Document | None = None) -> Document:
    data = {"type": type, "id": id, "attributes": attributes}
    return {"data": data | ({"relationships": relationships} if relationships else {})}


def _fields(id: str, *fields: Document) -> Document:
    return _one("salesAccountCustomFields", id, {"partnerFields": list(fields)})


def _links(here: str, name: str) -> Document:
    return {"related": f"{here}/{name}", "self": f"{here}/relationships/{name}"}
