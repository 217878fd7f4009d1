"""Walks all URLs: each is in this table, with what a visitor gets there. A new URL without a row fails."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.support.kinds import KINDS

pytestmark = pytest.mark.django_db

VISITOR = {
    "account": (302, 302),
    "account_change_password": (302, 302),
    "account_confirm_login_code": (302, 302),
    "account_login": (200, 200),
    "account_logout": (405, 302),
    "account_reauthenticate": (302, 302),
    "account_request_login_code": (200, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 405),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 405),
    "account_sign_out_everywhere": (302, 302),
    "admin-index": (302, 302),
    "api-appointments": (401, 401),
    "api-appointments-approve": (401, 401),
    "api-appointments-batch": (401, 401),
    "api-appointments-cancel": (401, 401),
    "api-appointments-check-in": (401, 401),
    "api-appointments-complete": (401, 401),
    "api-appointments-detail": (401, 401),
    "api-appointments-history": (401, 401),
    "api-appointments-no-show": (401, 401),
    "api-appointments-undo": (401, 401),
    "api-clients": (401, 401),
    "api-coaches": (200, 405),
    "api-coaches-earliest-slots": (200, 405),
    "api-coaches-services": (200, 405),
    "api-coaches-slots": (200, 405),
    "api-docs": (200, 405),
    "api-doctors": (200, 405),
    "api-doctors-earliest-slots": (200, 405),
    "api-doctors-services": (200, 405),
    "api-doctors-slots": (200, 405),
    "api-me": (401, 401),
    "api-nothing": (404, 404),
    "api-patients": (401, 401),
    "api-schema": (200, 405),
    "api-sessions": (401, 401),
    "api-sessions-approve": (401, 401),
    "api-sessions-batch": (401, 401),
    "api-sessions-cancel": (401, 401),
    "api-sessions-check-in": (401, 401),
    "api-sessions-complete": (401, 401),
    "api-sessions-detail": (401, 401),
    "api-sessions-history": (401, 401),
    "api-sessions-no-show": (401, 401),
    "api-sessions-undo": (401, 401),
    "appointment": (404, 405),
    "appointment-approve": (404, 404),
    "appointment-cancel": (404, 404),
    "appointment-check-in": (404, 404),
    "appointment-complete": (404, 404),
    "appointment-no-show": (404, 404),
    "appointment-reschedule": (404, 404),
    "appointment-take-back": (404, 404),
    "appointment-undo": (404, 404),
    "booking": (200, 403),
    "coaches-all-hours": (404, 405),
    "coaches-hours": (404, 405),
    "coaches-hours-edit": (404, 404),
    "coaches-hours-extra": (404, 404),
    "coaches-hours-extra-remove": (404, 404),
    "coaches-hours-time-off": (404, 404),
    "coaches-hours-time-off-remove": (404, 404),
    "doctors-all-hours": (404, 405),
    "doctors-hours": (404, 405),
    "doctors-hours-edit": (404, 404),
    "doctors-hours-extra": (404, 404),
    "doctors-hours-extra-remove": (404, 404),
    "doctors-hours-time-off": (404, 404),
    "doctors-hours-time-off-remove": (404, 404),
    "home": (302, 302),
    **dict.fromkeys(
        (
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_authenticate",
            "mfa_deactivate_totp",
            "mfa_edit_webauthn",
            "mfa_generate_recovery_codes",
            "mfa_index",
            "mfa_list_webauthn",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_remove_webauthn",
            "mfa_view_recovery_codes",
        ),
        (302, 302),
    ),
    "session": (404, 405),
    "session-approve": (404, 404),
    "session-cancel": (404, 404),
    "session-check-in": (404, 404),
    "session-complete": (404, 404),
    "session-no-show": (404, 404),
    "session-reschedule": (404, 404),
    "session-take-back": (404, 404),
    "session-undo": (404, 404),
}
"""A URL's name -> the answers to a visitor's GET and POST, without demo mode; what is asked for exists."""

EXAMPLES = {  # cannot be reversed, or not without more than a booking
    "account_reset_password_from_key": "/sign-in/forgotten/1-abc",
    "api-nothing": "/api/v1/nothing",
    "mfa_edit_webauthn": "/account/two-step/passkeys/1/rename",
    "mfa_remove_webauthn": "/account/two-step/passkeys/1/remove",
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """All URL patterns but the Django admin's, which guards itself."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif entry.app_name != "admin":
            yield from patterns(entry)


def path_of(name: str) -> str:
    """An example of a URL's path, without the slash; of a booking or a provider when it is about one."""
    if name in EXAMPLES:
        return EXAMPLES[name]
    pattern = next(pattern for pattern in patterns(get_resolver()) if pattern.name == name)
    groups = pattern.pattern.regex.groupindex
    if "key" in groups:
        kind = next(kind for kind in KINDS if kind.provider_model._meta.db_table in name.split("-"))
        given = {"key": kind.provider().key, "pk": 1}
        return reverse(name, kwargs={group: given[group] for group in groups})
    if "pk" not in groups:
        return reverse(name).rstrip("/")
    kind = next(kind for kind in KINDS if kind.envelope in name)
    return reverse(name, kwargs={"pk": kind.factory.create().pk})


def test_urls_are_all_in_the_table() -> None:
    assert {pattern.name for pattern in patterns(get_resolver())} == set(VISITOR)


@pytest.mark.parametrize("name", sorted(set(VISITOR) - {"admin-index", "home"}))
def test_url_is_served_with_and_without_a_trailing_slash(name: str) -> None:
    path = path_of(name)
    assert (resolve(path).url_name, resolve(f"{path}/").url_name) == (name, name)


@pytest.mark.parametrize("name", sorted(VISITOR))
@pytest.mark.parametrize("slash", ["", "/"])
def test_url_answers_a_visitor_as_the_table_says(name: str, slash: str) -> None:
    client, path = Client(), path_of(name) + slash or "/"
    answers = [client.get(path), client.post(path, "{}", content_type="application/json")]
    assert tuple(answer.status_code for answer in answers) == VISITOR[name]
    assert not any(kind.model.objects.exclude(status="booked").exists() for kind in KINDS)
