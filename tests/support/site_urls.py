"""The URLs of the site, and an example of each."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.support.kinds import KINDS

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
