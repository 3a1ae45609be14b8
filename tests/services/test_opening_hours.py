"""Opening hours: what the portal says is true at that moment, and a cached page never says it too long."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.opening_hours import OpeningTimes, Slot

BERLIN = ZoneInfo("Europe/Berlin")
NRW, HAMBURG = "05", "02"
SPRING_FORWARD, FALL_BACK = date(2026, 3, 29), date(2026, 10, 25)
# A Monday without anything special.
MONDAY = date(2026, 5, 11)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=BERLIN)


minutes = st.integers(0, 23 * 60 + 59)
# No office opens or closes in the hour that happens twice, or not at all, when the clock is changed.
office_minutes = st.integers(4 * 60, 23 * 60 + 59)
moments = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    # The two days on which the clock jumps are too rare to be met by chance.
    st.builds(
        lambda day, minute: datetime.combine(day, time()) + timedelta(minutes=minute),
        st.sampled_from([SPRING_FORWARD, FALL_BACK]),
        minutes,
    ),
).map(lambda moment: moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(BERLIN))


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    first, second = sorted(draw(st.lists(office_minutes, min_size=2, max_size=2, unique=True)))
    return Slot(draw(st.integers(0, 6)), time(*divmod(first, 60)), time(*divmod(second, 60)))


@st.composite
def closures(draw: st.DrawFn) -> tuple[date, date, str]:
    first = draw(st.dates(date(2025, 1, 1), date(2027, 12, 31)))
    return first, first + timedelta(days=draw(st.integers(0, 20))), "Betriebsausflug"


weeks = st.builds(
    OpeningTimes,
    slots=st.lists(slots(), max_size=6),
    closed=st.lists(closures(), max_size=2),
    state_code=st.sampled_from(["", NRW, HAMBURG]),
)


@given(times=weeks, now=moments)
def test_open_now_agrees_with_the_slots_of_the_day(times: OpeningTimes, now: datetime) -> None:
    status = times.status(now)
    expected = any(slot.opens <= now.time() < slot.closes for slot in times.slots_on(now.date()))
    assert status.is_open == expected
    assert status.is_known == bool(times.slots)


@given(times=weeks, now=moments)
def test_the_next_opening_lies_ahead_and_is_open_then(times: OpeningTimes, now: datetime) -> None:
    opens_at = times.status(now).opens_at
    if opens_at is not None:
        assert opens_at.replace(tzinfo=None) > now.replace(tzinfo=None)
        assert times.status(opens_at).is_open


@given(times=weeks, now=moments)
def test_an_open_office_is_open_until_it_closes_and_not_longer(times: OpeningTimes, now: datetime) -> None:
    closes_at = times.status(now).closes_at
    if closes_at is not None:
        assert times.status(closes_at - timedelta(microseconds=1)).is_open
        assert not times.status(closes_at).is_open


@given(times=weeks, now=moments)
def test_a_cached_page_never_outlives_what_it_says(times: OpeningTimes, now: datetime) -> None:
    seconds = times.cache_seconds(now)
    assert 0 <= seconds <= 25 * 3600
    said = times.status(now)
    # Real time passes in UTC; that is where a clock change would show.
    utc = now.astimezone(ZoneInfo("UTC"))
    for passed in {0, seconds // 2, seconds - 1} - {-1}:
        later = (utc + timedelta(seconds=passed)).astimezone(BERLIN)
        assert times.status(later).is_open == said.is_open
        assert later.date() == now.date()


def test_all_saints_closes_offices_in_north_rhine_westphalia_but_not_in_hamburg() -> None:
    all_saints = local(date(2027, 11, 1), 10)
    week = [Slot(0, time(8), time(16))]
    closed = OpeningTimes(week, state_code=NRW).status(all_saints)
    assert not closed.is_open
    assert closed.reason == "Allerheiligen"
    assert closed.opens_at == local(date(2027, 11, 8), 8)
    assert OpeningTimes(week, state_code=HAMBURG).status(all_saints).is_open


def test_a_closed_period_overrides_the_week_and_gives_its_reason() -> None:
    times = OpeningTimes(
        [Slot(0, time(8), time(12)), Slot(1, time(8), time(12))], [(MONDAY, MONDAY, "Umzug")], state_code=NRW
    )
    status = times.status(local(MONDAY, 9))
    assert (status.is_open, status.reason, status.opens_tomorrow) == (False, "Umzug", True)
    assert times.status(local(MONDAY + timedelta(days=1), 9)).is_open


@pytest.mark.parametrize(
    ("hour", "minute", "is_open", "opens_today"),
    [(7, 59, False, True), (8, 0, True, False), (12, 0, False, True), (15, 59, True, False), (16, 0, False, False)],
)
def test_a_day_with_a_lunch_break(hour: int, minute: int, is_open: bool, opens_today: bool) -> None:
    times = OpeningTimes([Slot(0, time(8), time(12)), Slot(0, time(14), time(16))], state_code=NRW)
    status = times.status(local(MONDAY, hour, minute))
    assert (status.is_open, status.opens_today) == (is_open, opens_today)


def test_hours_without_a_break_between_them_are_one_opening() -> None:
    times = OpeningTimes([Slot(0, time(8), time(12)), Slot(0, time(12), time(16))])
    assert times.status(local(MONDAY, 9)).closes_at == local(MONDAY, 16)


def test_an_office_that_stays_closed_for_long_names_no_opening() -> None:
    times = OpeningTimes([Slot(0, time(8), time(12))], [(MONDAY, MONDAY + timedelta(days=90), "")])
    assert times.status(local(MONDAY, 9)).opens_at is None


def test_without_recorded_hours_nothing_is_claimed() -> None:
    assert not OpeningTimes([]).status(local(MONDAY, 9)).is_known
