"""What is told about speed is counted as it says."""

from __future__ import annotations

import pytest

from tests.bench.figures import Figure, as_data, compared, percentile, table


def test_the_ratio_is_that_of_the_medians() -> None:
    """One slow round of either does not move the ratio."""
    figure = compared("ratings", "1/s", [90, 100, 5], [200, 1000, 190], "raw inserts")

    assert (figure.ours, figure.plain, figure.ratio) == (90, 200, 0.45)


def test_a_figure_with_nothing_to_compare_has_no_ratio() -> None:
    """A figure stands alone where there is no plain thing beside it."""
    assert Figure("tap to stored", "ms", 12.0).ratio is None
    assert as_data([Figure("tap to stored", "ms", 12.0)])[0]["ratio"] is None


def test_a_percentile_is_a_value_that_was_measured() -> None:
    """Of a hundred taps the 99th percentile is the last but one, and of ten the slowest."""
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile(range(1, 11), 0.99) == 10
    assert percentile([3, 1, 2], 0.5) == 2
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_the_table_can_be_read() -> None:
    """Numbers are told with three digits, and with their unit."""
    told = table([Figure("inserts", "1/s", 12345.6, 24691.2, "raw"), Figure("start", "s", 1.0)])

    assert "| inserts | 12,346 1/s | 24,691 1/s | 0.50 | raw |" in told
    assert "| start | 1.00 s |  |  |  |" in told
