"""Days of service without a rating, by rules alone."""

from datetime import date, timedelta

from server.domain.absence import RATED_MIN, absences
from server.domain.places import Center

HERE = Center(24823, "Phường 1 Bảo Lộc", "phường", 11.55, 107.81)
THERE = Center(24769, "Phường Xuân Hương - Đà Lạt", "phường", 11.94, 108.44)
FIRST = date(2026, 10, 1)


def served(rated: int, without: int) -> dict[date, bool]:
    """Return so many days with ratings, and then so many without."""
    return {FIRST + timedelta(days=n): n < rated for n in range(rated + without)}


def test_many_days_without_a_rating_are_called_out() -> None:
    """A busy center that has no rating on four days of service is named, one with some each day is not."""
    found = absences(
        [HERE, THERE],
        {HERE.code: served(18, 4), THERE.code: served(22, 0)},
        {HERE.code: (0, 0, 9, 81, 90), THERE.code: (0, 0, 9, 81, 130)},
    )

    assert [(each.center, each.days, each.served_days) for each in found] == [(HERE, 4, 22)]


def test_where_few_rate_a_day_without_a_rating_is_chance() -> None:
    """With one rating a day, four of twenty-two days without one are what chance gives."""
    assert absences([HERE], {HERE.code: served(18, 4)}, {HERE.code: (0, 0, 2, 8, 12)}) == []


def test_of_too_little_nothing_is_concluded() -> None:
    """Without figures, or with ratings on four days only, a center is not named."""
    few = {HERE.code: served(RATED_MIN - 1, 20)}
    assert absences([HERE], few, {HERE.code: (0, 0, 0, 0, 90)}) == []
    assert absences([HERE], {HERE.code: served(18, 4)}, {}) == []
    assert absences([HERE], {}, {HERE.code: (0, 0, 0, 0, 90)}) == []
