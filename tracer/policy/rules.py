"""The rules of one disease in force on one day: windows, isolation, who is close, what is urgent."""

from dataclasses import dataclass
from datetime import date, timedelta

# Places where one case soon becomes many: first when there is more work than hands (DOMAIN, surge rules).
_URGENT_SETTINGS = frozenset({"care_home", "prison", "hostel", "hospital", "school", "food_production"})
# Close at any length of time; "within_2m" and "within_1m" depend on the minutes.
_OLD = 70
_ALWAYS_CLOSE = frozenset({"sexual_partner", "face_to_face", "vehicle"})


@dataclass(frozen=True, slots=True)
class Rules:
    """One dated rule set. Days are whole days in London; `version` names it for the record."""

    version: str
    disease: str
    name: str
    onset_word: str
    window_before: int
    window_after: int
    back_window: int
    case_isolation_days: int
    contact_isolation_days: int
    household_isolation_days: int
    attempts_max: int
    close_minutes: int = 16
    hold_minutes: int = 60
    retry_hours: int = 4
    interview_due_hours: int = 24
    alert_due_hours: int = 24

    def contact_window(self, onset: date | None, specimen: date) -> tuple[date, date]:
        """The first and last day on which meeting this case counts, from onset or else the specimen."""
        start = onset or specimen
        return start - timedelta(self.window_before), start + timedelta(self.window_after)

    def back_from(self, onset: date | None, specimen: date) -> date:
        """The first day to ask about for where it was caught."""
        return (onset or specimen) - timedelta(self.back_window)

    def isolation_until(self, onset: date | None, specimen: date) -> date:
        """The last day of the case's isolation; day 1 is the day after onset or specimen."""
        return (onset or specimen) + timedelta(self.case_isolation_days)

    def household_until(self, onset: date | None, specimen: date) -> date:
        """The last day of isolation for whoever shares the case's home."""
        return (onset or specimen) + timedelta(self.household_isolation_days)

    def contact_isolation_until(self, last_exposure: date) -> date:
        """The last day of a contact's isolation; day 1 is the day after the exposure."""
        return last_exposure + timedelta(self.contact_isolation_days)

    def risk(self, closeness: str, minutes: int | None = None) -> str:
        """`household`, `close` or `other`, from how near and how long (minutes over the day).

        Within 1 m counts from a minute; within 2 m from `close_minutes`, and when nobody knows how long.
        """
        if closeness == "household":
            return "household"
        if closeness in _ALWAYS_CLOSE:
            return "close"
        if closeness == "within_1m":
            return "close" if minutes is None or minutes >= 1 else "other"
        if closeness == "within_2m":
            return "close" if minutes is None or minutes >= self.close_minutes else "other"
        return "other"

    def priority(
        self,
        *,
        specimen: date,
        onset: date | None,
        today: date,
        setting: str | None = None,
        birth_year: int | None = None,
    ) -> tuple[int, list[str]]:
        """How urgent a new case is, higher is first, and why in words. The surge rules: recent onset or specimen
        (6 days), settings where it spreads, then the old, who fare worst."""
        last = max(onset or specimen, specimen)
        age = (today - last).days
        points, why = max(0, 10 - max(age, 0)) * 5 + (30 if age <= 6 else 0), []
        if points:
            why.append(f"{'specimen' if last == specimen else 'onset'} {_ago(age)}")
        if setting in _URGENT_SETTINGS:
            points += 40
            why.append(setting.replace("_", " "))
        if birth_year is not None and today.year - birth_year >= _OLD:
            points += 10
            why.append(f"{_OLD} or older")
        return points, why

    def alert_priority(self, *, last_exposure: date, household: bool, today: date) -> tuple[int, list[str]]:
        """How urgent an alert call is, and why: household first, then the latest exposure, for there is most of the
        infectious time still to save."""
        age = max((today - last_exposure).days, 0)
        points, why = max(0, 14 - age) * 3, [f"exposed {_ago(age)}"]
        if household:
            points += 20
            why.append("same household")
        return points, why


def _ago(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
