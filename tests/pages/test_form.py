"""The form before anything is booked, and what every page keeps to."""

import pytest

from tests.support.kinds import SESSIONS, span
from tests.support.pages import DAY, Visit, selected_in, text_of, value_of

pytestmark = pytest.mark.django_db


def test_find_narrows_the_attendees_and_keeps_the_input(desk: Visit) -> None:
    zoe, adam = desk.kind.attendee(name="Zoe Zebra"), desk.kind.attendee(name="Adam Ant")
    provider = desk.kind.provider()

    page = desk.post(desk.typed(provider=provider, find="attendee", attendee_search="zebra", note="Kept"))

    offered = page.content.decode().partition('id="id_attendee"')[2].partition("</select>")[0]
    assert (page.status_code, desk.kind.model.objects.count()) == (200, 0)
    assert zoe.name in offered
    assert adam.name not in offered
    assert (selected_in(page, "provider"), value_of(page, "day")) == (str(provider.key), DAY)


def test_search_that_was_not_sent_is_done_before_anything_is_booked(desk: Visit) -> None:
    form = desk.typed(provider=desk.kind.provider(), attendee=desk.kind.attendee(), attendee_search="Zoe")

    page = desk.post(form)

    assert (page.status_code, desk.kind.model.objects.count()) == (200, 0)
    assert desk.post({**form, "searched": value_of(page, "searched")}).status_code == 303


def test_attendee_that_is_not_shown_can_be_booked(desk: Visit) -> None:
    hidden = desk.kind.attendee(name="Zzz")
    for number in range(51):
        desk.kind.attendee(name=f"Aaa {number}")

    assert hidden.name not in text_of(desk.get())
    assert desk.post(desk.typed(provider=desk.kind.provider(), attendee=hidden)).status_code == 303


def test_choosing_a_provider_shows_its_hours_and_zone(desk: Visit) -> None:
    desk.kind.provider(name="A", time_zone="UTC")
    provider = desk.kind.provider(name="B", time_zone="Asia/Jakarta")
    for day in range(5):
        provider.working_hours.create(weekday=day, starts_at="09:00", minutes=480)

    posted = desk.post(desk.typed(provider=provider, refresh="provider"))
    linked = desk.get(f"{desk.path}&provider={provider.key}")

    for page in (posted, linked):
        assert "Mon\N{EN DASH}Fri 09:00\N{EN DASH}17:00 (Asia/Jakarta)" in text_of(page)
        assert selected_in(page, "time_zone") == "Asia/Jakarta"


def test_provider_without_hours_is_open_at_all_times(desk: Visit) -> None:
    desk.kind.provider()  # the only one, and therefore chosen

    assert "Open at all times (UTC)" in text_of(desk.get())


def test_inactive_provider_is_neither_offered_nor_booked(desk: Visit) -> None:
    retired = desk.kind.provider(is_active=False)

    answer = desk.post(desk.typed(provider=retired, attendee=desk.kind.attendee()))

    assert answer.context["form"].errors == {"provider": ["Choose one of the list."]}
    assert retired.name not in text_of(answer)


# HTMX


def test_htmx_gets_the_part_that_the_page_includes(desk: Visit) -> None:
    page, part = desk.get(), desk.get(HX_Request="true")

    assert part.content.decode().strip().startswith('<div id="booking">')
    assert "<html" in page.content.decode()
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in page.headers["Vary"].split(",")}


def test_htmx_gets_conflicts_in_the_same_part(desk: Visit) -> None:
    taken = desk.kind.book(span(10, 11))

    answer = desk.post(desk.typed(provider=taken.provider, attendee=desk.kind.attendee()), HX_Request="true")

    assert answer.status_code == 409
    assert answer.content.decode().strip().startswith('<div id="booking">')
    assert text_of(answer).count("Booked") == 1


def test_pages_are_kept_by_no_cache(desk: Visit) -> None:
    assert "no-store" in desk.get().headers["Cache-Control"]


def test_pages_have_no_inline_script_or_style(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    own = f"/booking/{desk.kind.plural}/{booking.pk}"

    for path in (desk.path, own, f"{own}/cancel", "/sign-in", "/nothing"):
        page = desk.get(path).content.decode()
        assert "<style" not in page
        assert "style=" not in page
        assert "<script>" not in page
        assert "onclick" not in page


def test_no_link_carries_personal_data(desk: Visit) -> None:
    attendee = desk.kind.attendee(name="Secretive", email="secretive@example.org")
    desk.kind.book(span(10, 11), attendee=attendee)

    links = [part.partition('"')[0] for part in desk.get().content.decode().split('href="')[1:]]

    assert [link for link in links if "ecretive" in link] == []


def test_kind_decides_how_the_end_is_asked(desk: Visit) -> None:
    desk.kind.provider()

    page = desk.get().content.decode()

    assert ('name="duration"' in page, 'name="end"' in page) == (desk.kind is SESSIONS, desk.kind is not SESSIONS)
