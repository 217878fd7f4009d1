"""Picking a free time on the booking page: what is offered to whom, and what booking it does."""

from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from bookings.core.interval import Interval
from bookings.web.slot_value import write_choice
from tests.support.kinds import KINDS, Kind, at, span
from tests.support.pages import Visit, days_in, picked_in, text_of, times_in
from tests.support.picking import MONDAY, TUESDAY, open_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday_noon")]


# What is offered


def test_first_day_with_a_free_time_is_open(attendee: Visit) -> None:
    open_on(attendee.kind, 0, 1)

    page = attendee.get()

    assert days_in(page)[:3] == [MONDAY, TUESDAY, "2030-01-14"]
    assert [label for label, _value in times_in(page)] == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert "Monday, 7 January 30 minutes each, times in UTC" in text_of(page)


def test_fourteen_days_are_shown_and_later_ones_follow(attendee: Visit) -> None:
    open_on(attendee.kind, 0, 1, 2, 3, 4)

    first = attendee.get()
    later = attendee.get(first.context["picker"].later_url)
    back = attendee.get(later.context["picker"].earlier_url)

    assert (len(days_in(first)), days_in(first)[-1]) == (14, "2030-01-24")
    assert days_in(later)[0] == "2030-01-25"
    assert days_in(back) == days_in(first)
    assert first.context["picker"].earlier_url == ""


def test_nothing_is_later_than_the_horizon(attendee: Visit) -> None:
    open_on(attendee.kind, 0, horizon_days=30)

    page = attendee.get()

    assert days_in(page) == [MONDAY, "2030-01-14", "2030-01-21", "2030-01-28", "2030-02-04"]
    assert page.context["picker"].later_url == ""


def test_day_of_the_address_is_open_and_nonsense_is_today(attendee: Visit) -> None:
    open_on(attendee.kind, 0, 1)

    assert attendee.get(f"{attendee.path}&day={TUESDAY}").context["picker"].selected.isoformat() == TUESDAY
    for query in ("day=x", "day=0001-01-01", "day=2999-01-01", "from=%00", "from=2029-01-01", "day=2030-13-01"):
        assert attendee.get(f"{attendee.path}&{query}").context["picker"].selected.isoformat() == MONDAY


def test_day_that_is_full_by_now_is_said_and_the_next_one_opened(attendee: Visit) -> None:
    provider = open_on(attendee.kind, 0, 1, minutes=30)
    attendee.kind.book(Interval(at(9), at(9, 30)), provider=provider)

    page = attendee.get(f"{attendee.path}&day={MONDAY}")

    assert "Nothing is free on Monday, 7 January any more." in text_of(page)
    assert days_in(page)[0] == TUESDAY


def test_first_available_offers_each_start_once_at_the_first_by_name(attendee: Visit) -> None:
    kind = attendee.kind
    ben, ada = open_on(kind, 0, name="Ben"), open_on(kind, 0, name="Ada", minutes=60)

    page = attendee.get()

    assert [value.partition("/")[0] for _label, value in times_in(page)] == [str(ada.key)] * 2 + [str(ben.key)] * 4
    assert "09:00 to 09:30 with Ada" in text_of(page)


def test_directory_says_when_everybody_is_next_free(attendee: Visit) -> None:
    kind = attendee.kind
    open_on(kind, 0, name="Ada")
    open_on(kind, 6, name="Ben", starts_at="13:00")
    open_on(kind, 3, name="Cleo", horizon_days=1)
    kind.provider(name="Retired", is_active=False)

    entries = attendee.get().context["entries"]

    assert [(entry.name, entry.next_free) for entry in entries] == [
        ("First available", "Next free: today, 13:00"),
        ("Ada", "Next free: tomorrow, 09:00"),
        ("Ben", "Next free: today, 13:00"),
        ("Cleo", "Nothing free in the next 62 days"),
    ]


def test_next_free_is_looked_for_of_the_first_fifty(attendee: Visit) -> None:
    for number in range(51):
        attendee.kind.provider(name=f"Dr. {number:02}")

    entries = attendee.get().context["entries"]

    assert len(entries) == 52
    assert (entries[0].name, entries[50].next_free) == ("First available", "Next free: today, 13:00")
    assert (entries[51].next_free, entries[51].title) == ("", "Dr. 50")


def test_chosen_provider_alone_is_offered(attendee: Visit) -> None:
    open_on(attendee.kind, 0, name="Ada")
    ben = open_on(attendee.kind, 1, name="Ben")

    page = attendee.get(f"{attendee.path}&provider={ben.key}")

    assert days_in(page)[0] == TUESDAY
    assert {value.partition("/")[0] for _label, value in times_in(page)} == {str(ben.key)}


def test_service_narrows_providers_and_gives_the_length(attendee: Visit) -> None:
    kind = attendee.kind
    ada, ben = open_on(kind, 0, name="Ada"), open_on(kind, 0, name="Ben")
    service = kind.service(ben, name="Check-up", duration_minutes=60)
    kind.service(ada, name="Withdrawn", is_active=False)

    page = attendee.get(f"{attendee.path}&service={service.pk}")

    assert [entry.name for entry in page.context["entries"]] == ["First available", "Ben"]
    assert times_in(page)[0][1] == write_choice(ben.key, span(9, 10))
    assert ("Check-up, 60 minutes" in text_of(page), "Withdrawn" in text_of(page)) == (True, False)


def test_own_bookings_are_in_the_way_also_at_other_providers(kind: Kind) -> None:
    person = kind.attendee()
    provider = open_on(kind, 0, minutes=60)
    kind.book(Interval(at(9), at(9, 30)), attendee=person)
    visit = Visit.of_person(kind, person)

    assert [label for label, _value in times_in(visit.get(f"{visit.path}&provider={provider.key}"))] == ["09:30"]


def test_provider_without_slot_length_is_offered_by_the_hour(attendee: Visit) -> None:
    open_on(attendee.kind, 0, slot_minutes=None)

    _label, value = times_in(attendee.get())[0]

    assert value.partition("/")[2] == "2030-01-07T09:00:00Z/2030-01-07T10:00:00Z"


def test_times_and_days_are_the_readers_with_the_providers_beside(kind: Kind) -> None:
    open_on(kind, 0, starts_at="23:00", minutes=30, time_zone="America/New_York", slot_minutes=30)
    visit = Visit.of_person(kind, kind.attendee(time_zone="Europe/Berlin"))

    page = visit.get()

    assert days_in(page)[0] == TUESDAY
    assert "05:00 to 05:30 Mon, 23:00 in America/New_York" in text_of(page)
    assert "times in Europe/Berlin" in text_of(page)


def test_both_passes_of_a_repeated_hour_are_offered_with_their_offsets(kind: Kind) -> None:
    open_on(kind, 6, starts_at="02:00", minutes=60, time_zone="Europe/Berlin", slot_minutes=30)
    visit = Visit.of_person(kind, kind.attendee(time_zone="Europe/Berlin"))

    labels = [label for label, _value in times_in(visit.get(f"{visit.path}&from=2030-10-27"))]

    assert labels == ["02:00 (UTC+02:00)", "02:30 (UTC+02:00)", "02:00 (UTC+01:00)", "02:30 (UTC+01:00)"]


def test_many_times_stand_under_headings(attendee: Visit) -> None:
    open_on(attendee.kind, 0, minutes=600)

    parts = attendee.get().context["picker"].parts

    assert [(part.title, part.times[0].start) for part in parts] == [
        ("Morning", "09:00"),
        ("Afternoon", "12:00"),
        ("Evening", "17:00"),
    ]


# Visitors


def test_visitor_sees_the_same_times_in_the_practices_zone(kind: Kind, settings: Settings) -> None:
    settings.TIME_ZONE = "UTC"
    open_on(kind, 0)

    page = Visit.by(kind).get()

    assert [label for label, _value in times_in(page)][:2] == ["09:00", "09:30"]
    assert "It is not reserved until you have booked it." in text_of(page)


def test_visitors_choice_comes_back_after_signing_in(kind: Kind) -> None:
    ada = open_on(kind, 0, 1, name="Ada")
    open_on(kind, 0, name="Ben")
    service = kind.service(ada)
    visitor = Visit.by(kind)
    slot = write_choice(ada.key, Interval(at(9, 30, day=8), at(10, day=8)))
    asked = {"kind": visitor.name, "provider": ada.key, "service": service.pk, "day": TUESDAY, "slot": slot}

    sent = visitor.client.get("/booking", {**asked, "sign_in": "1"})
    goal = parse_qs(urlsplit(sent.headers["Location"]).query)["next"][0]
    page = Visit.of_person(kind, kind.attendee()).get(goal)

    assert (sent.status_code, urlsplit(sent.headers["Location"]).path) == (303, "/sign-in")
    assert page.context["picker"].selected.isoformat() == TUESDAY
    assert page.context["chosen"].name == "Ada"
    assert page.context["form"].chosen_service == service
    assert picked_in(page) == ["09:30"]


def test_visitors_choice_comes_back_on_the_readers_own_day(kind: Kind, settings: Settings) -> None:
    settings.TIME_ZONE = "UTC"
    provider = open_on(kind, 1, 2, 3, starts_at="02:00", minutes=30)
    slot = write_choice(provider.key, Interval(at(2, day=9), at(2, 30, day=9)))
    asked = {"kind": Visit.by(kind).name, "from": "2030-01-09", "day": "2030-01-09", "slot": slot}

    sent = Visit.by(kind).client.get("/booking", {**asked, "sign_in": "1"})
    goal = parse_qs(urlsplit(sent.headers["Location"]).query)["next"][0]
    page = Visit.of_person(kind, kind.attendee(time_zone="America/New_York")).get(goal)

    assert page.context["picker"].selected.isoformat() == TUESDAY
    assert picked_in(page) == ["21:00"]
    assert "any more" not in text_of(page)


def test_day_beyond_the_first_fourteen_is_looked_at(attendee: Visit) -> None:
    provider = open_on(attendee.kind, 0, 1, 2, 3, 4)
    slot = write_choice(provider.key, Interval(at(9, day=28), at(9, 30, day=28)))

    page = attendee.client.get("/booking", {"kind": attendee.name, "from": MONDAY, "slot": slot})

    assert (page.context["picker"].selected.isoformat(), picked_in(page)) == ("2030-01-28", ["09:00"])
    assert "any more" not in text_of(page)


def test_choice_that_was_taken_meanwhile_is_said(attendee: Visit) -> None:
    provider = open_on(attendee.kind, 0)
    attendee.kind.book(Interval(at(9), at(9, 30)), provider=provider)
    slot = write_choice(provider.key, Interval(at(9), at(9, 30)))

    page = attendee.client.get("/booking", {"kind": attendee.name, "slot": slot})

    assert "The time that you picked is not free any more." in text_of(page)
    assert "checked" not in page.content.decode()


def test_time_that_cannot_be_looked_at_is_not_said_to_be_taken(attendee: Visit) -> None:
    provider = open_on(attendee.kind, 0)
    slot = write_choice(provider.key, Interval(at(9).replace(year=2090), at(10).replace(year=2090)))

    assert "any more" not in text_of(attendee.client.get("/booking", {"kind": attendee.name, "slot": slot}))


# Where nothing is free


def test_without_providers_the_phone_is_named(kind: Kind, settings: Settings) -> None:
    settings.PRACTICE_PHONE = "+49 30 123"

    page = Visit.by(kind).get()

    assert "take bookings at the moment Please call us: +49 30 123" in text_of(page)


def test_without_free_times_it_is_said_what_to_do(attendee: Visit, settings: Settings) -> None:
    settings.PRACTICE_PHONE = "+49 30 123"
    ada = open_on(attendee.kind, 0, name="Ada")
    ada.time_off.create(starts_on="2030-01-01", ends_on="2030-04-30")
    attendee.kind.provider()

    page = attendee.get(f"{attendee.path}&provider={ada.key}")

    assert "Nothing is free from 6 Jan to 8 Mar 2030" in text_of(page)
    assert "Look at later days, or choose “First available” or somebody else. Or call us: +49 30 123" in text_of(page)
    assert "from=2030-03-09" in page.context["picker"].later_url


def test_too_many_open_bookings_are_said_with_the_limit(kind: Kind, settings: Settings) -> None:
    settings.OPEN_BOOKINGS_LIMIT = 1
    person, provider = kind.attendee(), open_on(kind, 0)
    kind.book(span(14, 15), attendee=person)
    visit = Visit.of_person(kind, person)

    page = visit.get(f"{visit.path}&slot={write_choice(provider.key, span(9, 10))}")

    assert "There is 1 open booking already" in page.context["picker"].announcement
    assert "Cancel one first" in text_of(page)
    assert [entry.next_free for entry in page.context["entries"]] == ["", "", ""]
    assert ("Nothing" in text_of(page), "any more" in text_of(page)) == (False, False)


# What holds for every page


def test_free_times_cost_as_many_queries_for_three_as_for_one(
    kind: Kind, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = kind.attendee()
    visit = Visit.of_person(kind, person)
    open_on(kind, 0, 1, 2, 3, 4)
    open_on(kind, 0, 1, 2, 3, 4)
    kind.book(span(14, 15), attendee=person)
    with django_assert_num_queries(16):
        visit.get()
    for number in range(20):
        open_on(kind, 0, 1, 2, 3, 4, name=f"Dr. {number}")
    for hour in (16, 18):
        kind.book(span(hour, hour + 1), attendee=person)
    with django_assert_num_queries(16):
        visit.get()


def test_no_link_of_the_page_says_who_reads_it(kind: Kind) -> None:
    person = kind.attendee(name="Secretive", email="secretive@example.org")
    open_on(kind, 0)
    open_on(kind, 0)
    visit = Visit.of_person(kind, person)

    links = [part.partition('"')[0] for part in visit.get().content.decode().split('href="')[1:]]

    names = {name for link in links for name in parse_qs(urlsplit(link.replace("&amp;", "&")).query)}
    assert names <= {"kind", "provider", "service", "from", "day"}


def test_looking_changes_nothing_and_is_kept_by_no_cache(attendee: Visit) -> None:
    provider = open_on(attendee.kind, 0)

    page = attendee.get(f"{attendee.path}&slot={write_choice(provider.key, span(9, 10))}&sign_in=1")

    assert (page.status_code, attendee.kind.model.objects.count()) == (200, 0)
    assert "no-store" in page.headers["Cache-Control"]


def test_visitor_who_looks_too_often_is_told_when_to_come_again(kind: Kind, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "read": "3/minute"}
    open_on(kind, 0)
    visit = Visit.by(kind)

    *looks, answer = [visit.get() for _ in range(4)]

    assert ([look.status_code for look in looks], answer.status_code) == ([200] * 3, 429)
    assert answer.headers["Retry-After"] == "60"


def test_looks_at_where_to_move_are_counted_and_moving_is_not(kind: Kind, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "read": "1/minute"}
    provider = open_on(kind, 0)
    booking = kind.book(span(9, 10), provider=provider)
    visit, path = Visit.of_person(kind, booking.attendee), f"/booking/{kind.plural}/{booking.pk}/reschedule"
    slot = write_choice(provider.key, span(10, 11))

    answers = [visit.get(path), visit.get(path), visit.post({"slot": slot, "revision": "1"}, path)]

    assert [answer.status_code for answer in answers] == [200, 429, 303]


def test_every_kind_is_looked_at_alone() -> None:
    one, other = KINDS
    open_on(one, 0, name="Only here")

    assert "Only here" not in text_of(Visit.by(other).get())
