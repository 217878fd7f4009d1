"""What operations are put together from: bodies, answers, refusals."""

from typing import Any

from bookings.api.openapi.answers import problem
from bookings.api.openapi.components import ref, shifted_example
from bookings.api.openapi.fields import Schema
from bookings.api.problems import describe
from bookings.api.views import STATUS_WINDOW, View
from bookings.core.lifecycle import ACTIONS
from bookings.models import Booking

SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
ID: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
}
FILTER_TEXTS = {
    "limit": "At most so many rows.",
    "cursor": "A position in the list: follow `next` and `previous` as they are.",
    "from": "Those that start at or after this; 30 days ago unless given.",
    "to": "Those that start before this.",
    "status": "Those in this state. For the desk, unless it names a provider or an attendee too, within"
    f" {STATUS_WINDOW.days} days: `to` is that long after `from` unless given, and a wider window is refused.",
}


def operation(name: str, summary: str, view: View, **parts: Any) -> Schema:
    """An operation; `security` says token or session unless the parts say otherwise."""
    kind: type[Booking] | None = getattr(view, "kind", None)
    tag = kind._meta.db_table if kind else "shared"
    return {"operationId": name, "summary": summary, "tags": [tag], "security": SECURITY, **parts}


def answered(schema: str, description: str, headers: Schema | None = None, example: Any = None) -> Schema:
    """A JSON answer."""
    content = {"schema": ref(schema), **({"examples": {"answer": {"value": example}}} if example else {})}
    found: Schema = {"description": description, **({"headers": headers} if headers else {})}
    return {**found, "content": {"application/json": content}}


def links(where: str, parameter: str, *operations: str) -> Schema:
    """The operations that take, as this parameter, an id that stands at `where` in the answer's body."""
    taken = {parameter: f"$response.body#/{where}/id"}
    return {"links": {name: {"operationId": name, "parameters": taken} for name in operations}}


def links_to_booking(envelope: str, where: str) -> Schema:
    """All that can be done with a booking whose id stands there."""
    actions = (f"{action}_{envelope}" for action in ACTIONS if action != "reschedule")
    return links(where, "id", f"get_{envelope}", f"get_{envelope}_history", f"reschedule_{envelope}", *actions)


def sent(schema: str, example: Any = None, *, required: bool = True) -> Schema:
    """A JSON body."""
    content = {"schema": ref(schema), **({"examples": {"request": {"value": example}}} if example else {})}
    return {"required": required, "content": {"application/json": content}}


def conflict(kind: type[Booking], *codes: str) -> Schema:
    """409, with suggestions where a time is taken."""
    name, names = kind.__name__, kind.request_names
    taken = "This time is already taken. Please choose another one."
    example = describe(409, "overlap", taken, {names["provider"]: [taken]})
    if "overlap" not in codes:
        example = describe(409, "illegal_transition", "The booking's state does not allow this change.")
        return problem(ref("Problem"), f"One of the codes {', '.join(codes)}.", example)
    example["suggestions"] = [shifted_example(kind)]
    return problem(ref(f"{name}Problem"), f"One of the codes {', '.join(codes)}.", example)


def refused(kind: type[Booking]) -> Schema:
    """422, with the rule and suggestions where a provider's rules refuse a time."""
    name, names = kind.__name__, kind.request_names
    closed = "Outside the working hours (Asia/Jakarta)."
    example = describe(422, "invalid", "Please correct the marked values.", {names["start"]: [closed]})
    example |= {"rule": "hours", "suggestions": [shifted_example(kind)]}
    return problem(ref(f"{name}Problem"), "A value is wrong, or a rule refuses the time.", example)


def article(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
