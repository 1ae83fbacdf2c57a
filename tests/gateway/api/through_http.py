"""A department as the registry's builders call one, through the API: its routes found in the tables."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from gateway.api.routes import Route
from gateway.api.tables import ROUTES
from services.chassis.caller import NOBODY, Caller
from services.chassis.refusal import Refusal
from tests.gateway.api.house import House

_numbers = itertools.count(1)


def route_for(call: str, fields: dict[str, Any]) -> Route:
    """The path to this call that these fields fit."""
    fitting = [each for each in ROUTES if each.call == call and set(each.places) <= fields.keys()]
    return max(fitting, key=lambda each: len(each.places))


@dataclass
class ThroughHttp:
    """Calls of one department as HTTP requests. Raises `Refusal` as the department would."""

    house: House
    department: str

    def call(self, method: str, by: Caller = NOBODY, **fields: Any) -> Any:
        """What the API answers."""
        answer = self.ask(method, by, **fields)
        if answer.status_code >= 400:
            told = answer.json or {}
            raise Refusal(told["code"], told["detail"])
        return answer.json

    def ask(self, method: str, by: Caller = NOBODY, **fields: Any) -> TestResponse:
        """The whole answer."""
        route = route_for(f"{self.department}.{method}", fields)
        path = "/api/v1" + route.path.format(**fields)
        given = {name: value for name, value in fields.items() if name not in route.places}
        headers = {"Accept-Language": "en"}
        if by.roles:
            roles = sorted(by.roles)
            token = self.house.keys.token(roles[0], by.person_id or "", by.organisation_id or "")
            headers["Authorization"] = f"Bearer {token}"
        if route.changes:
            headers["Idempotency-Key"] = f"through-http-{next(_numbers)}"
        client = self.house.app.test_client()
        if route.method == "GET":
            return client.get(f"{path}?{urlencode(given, doseq=True)}", headers=headers)
        return client.open(path, method=route.method, json=given, headers=headers)
