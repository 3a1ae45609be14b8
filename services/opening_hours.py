"""Opening hours: is the office open now, and when does that change?

Pure calculation in local German time. Public holidays come from the ``holidays`` library, by federal state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

LOOK_AHEAD_DAYS = 30

# First two digits of the AGS (federal state) to the library's subdivisions (ISO 3166-2:DE).
_STATES = dict(
    zip(
        [f"{number:02d}" for number in range(1, 17)],
        ["SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH"],
        strict=True,
    )
)


@lru_cache(maxsize=64)
def _holidays(state_code: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("DE", subdiv=_STATES.get(state_code), years=year, language="de").items())


@dataclass(frozen=True)
class Slot:
    """A stretch of time on a weekday (0 is Monday), the closing minute excluded."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class OpenStatus:
    """``is_open`` with the moment it ends, or the next opening; ``reason`` when the day is closed by exception."""

    is_known: bool
    is_open: bool = False
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    reason: str = ""
    opens_today: bool = False
    opens_tomorrow: bool = False


@dataclass(frozen=True)
class OpeningTimes:
    slots: Sequence[Slot]
    closed: Sequence[tuple[date, date, str]] = ()
    state_code: str = ""

    def closure(self, day: date) -> str | None:
        """Why the office is closed on a day against its regular hours; ``None`` when it is not."""
        for first, last, reason in self.closed:
            if first <= day <= last:
                return reason
        return _holidays(self.state_code, day.year).get(day)

    def slots_on(self, day: date) -> list[Slot]:
        if self.closure(day) is not None:
            return []
        return sorted((slot for slot in self.slots if slot.weekday == day.weekday()), key=lambda slot: slot.opens)

    def status(self, now: datetime) -> OpenStatus:
        """State at a moment, given in local time with time zone."""
        if not self.slots:
            return OpenStatus(is_known=False)
        closes = self._closing(now)
        if closes is not None:
            return OpenStatus(is_known=True, is_open=True, closes_at=_at(now, now.date(), closes))
        opens_at = self._next_opening(now)
        return OpenStatus(
            is_known=True,
            opens_at=opens_at,
            reason=self.closure(now.date()) or "",
            opens_today=opens_at is not None and opens_at.date() == now.date(),
            opens_tomorrow=opens_at is not None and opens_at.date() == now.date() + timedelta(days=1),
        )

    def _closing(self, now: datetime) -> time | None:
        """When an open office closes; slots that touch or overlap are one opening. ``None`` when it is closed."""
        closes = None
        for slot in self.slots_on(now.date()):
            if slot.opens <= (closes or now.time()) and now.time() < slot.closes:
                closes = max(closes or slot.closes, slot.closes)
        return closes

    def _next_opening(self, now: datetime) -> datetime | None:
        for offset in range(LOOK_AHEAD_DAYS + 1):
            day = now.date() + timedelta(days=offset)
            for slot in self.slots_on(day):
                if offset or slot.opens > now.time():
                    return _at(now, day, slot.opens)
        return None

    def cache_seconds(self, now: datetime) -> int:
        """Seconds for which "open now" stays true: until the next change, also of the day."""
        midnight = _at(now, now.date() + timedelta(days=1), time())
        status = self.status(now)
        changes = [moment for moment in (status.closes_at, status.opens_at, midnight) if moment is not None]
        # As points in time: the difference of two local times would leave out that the clock was changed in between.
        next_change = min(moment.timestamp() for moment in changes)
        return max(0, int(next_change - now.timestamp()))


def _at(now: datetime, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=now.tzinfo)
