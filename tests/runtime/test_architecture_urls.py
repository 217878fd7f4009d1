"""Walks all URLs: each is in this table, with what a visitor gets there. A new URL without a row fails."""

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from tests.reference.visitor_answers import VISITOR
from tests.support.kinds import KINDS
from tests.support.site_urls import path_of, patterns

pytestmark = pytest.mark.django_db


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
