"""Pages of a list: cursors as opaque text, and the links to the neighbouring pages."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from bookings.api.problems import InvalidRequest
from bookings.core import keyset
from bookings.core.keyset import Position

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
WRONG_CURSOR = _("Follow the next and previous links as they are.")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order, and the cursors of the neighbouring pages."""

    rows: list[Any]
    next: str | None
    previous: str | None


def paginate(rows: "QuerySet[Any]", *, keys: Sequence[str], limit: int, cursor: str | None) -> Page:
    """One page of `rows` in ascending order of `keys`, the last of which is unique.

    Raises InvalidRequest when the cursor is not one of ours.
    """
    at = None if cursor is None else _decode(rows.model, keys, cursor)
    page = keyset.read_page(rows, keys=keys, limit=limit, at=at)
    return Page(
        rows=page.rows,
        next=_encode(keys, page.rows[-1], is_backward=False) if page.has_next else None,
        previous=_encode(keys, page.rows[0], is_backward=True) if page.has_previous else None,
    )


def links(request: Request, page: Page, **fixed: str) -> dict[str, str | None]:
    """The URLs of the neighbouring pages: the request's with their cursors and the `fixed` parameters."""
    cursors = {"next": page.next, "previous": page.previous}
    return {
        name: None if cursor is None else changed_url(request, **fixed, cursor=cursor)
        for name, cursor in cursors.items()
    }


def changed_url(request: Request, **changed: str) -> str:
    """The request's URL with these parameters instead of its own."""
    url = request.build_absolute_uri()
    for name, value in changed.items():
        url = replace_query_param(url, name, value)
    return url


def _encode(keys: Sequence[str], row: Model, *, is_backward: bool) -> str:
    """A row's position as opaque, URL-safe text."""
    position = [_field(type(row), key).value_to_string(row) for key in keys]
    return base64.urlsafe_b64encode(json.dumps([int(is_backward), *position]).encode()).decode().rstrip("=")


def _decode(model: type[Model], keys: Sequence[str], text: str) -> Position:
    """The position in a cursor. Raises InvalidRequest unless `_encode` would write it just so, with values of a row."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        is_backward, *position = json.loads(raw)
        if is_backward not in (0, 1) or not all(isinstance(value, str) for value in position):
            raise ValueError(text)
        values = tuple(_value(_field(model, key), value) for key, value in zip(keys, position, strict=True))
        row = model(**dict(zip(keys, values, strict=True)))
        if _encode(keys, row, is_backward=bool(is_backward)) != text:
            raise ValueError(text)
    except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError, ValidationError) as error:
        raise InvalidRequest({"cursor": [str(WRONG_CURSOR)]}) from error
    return Position(values, is_backward=bool(is_backward))


def _value(field: "Field[Any, Any]", text: str) -> object:
    """A key's value. Raises ValueError, OverflowError or ValidationError for what no stored row has."""
    if "\0" in text.encode().decode():  # encoded, too: no lone surrogates
        raise ValueError(text)
    value = field.clean(text, None)
    if isinstance(value, int) and value < 1:
        raise ValueError(text)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _field(model: type[Model], key: str) -> "Field[Any, Any]":
    field = model._meta.get_field(key)
    assert isinstance(field, Field)  # noqa: S101  not a relation's other end
    return field
