"""What SciPy is asked for: the one door to it, with types.

SciPy takes longer to load than all the rest of the server, and most pages need nothing of it, so it is loaded
when one of these functions is first called. Nothing else in `server` imports it.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, log
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.statistics import Tally

WEIGHT_MIN, WEIGHT_MAX = 1.0, 10_000.0
"""How many ratings a fitted prior may be worth: less would leave a place of two ratings alone, and more than
this says the same as “no difference between the places”."""
LOGIT_MAX: Final = 9.0
"""The mean of a fitted prior lies within 0.01 and 99.99 percent."""


class BetaShape(NamedTuple):
    """The two parameters of a Beta distribution, both above 0."""

    alpha: float
    beta: float


def binomial_at_most(count: int, n: int, p: float) -> float:
    """Return the probability of at most `count` in `n` tries that each succeed with probability `p`."""
    from scipy.special import bdtr

    if count < 0:
        return 0.0
    return 1.0 if count >= n else float(bdtr(count, n, p))


def beta_quantile(probability: float, shape: BetaShape) -> float:
    """Return what a Beta variable stays below with this probability."""
    from scipy.special import betaincinv

    return float(betaincinv(shape.alpha, shape.beta, probability))


@lru_cache(maxsize=64)
def fit_beta_binomial(tallies: tuple[Tally, ...], start: BetaShape) -> BetaShape:
    """Return the Beta distribution from which the shares of these places most likely come.

    Maximum likelihood of the beta-binomial: Σ log B(x + α, n - x + β) - log B(α, β), over the mean μ and the
    weight α + β, within bounds. Tallies of n = 0 change nothing. See Griffiths (1973), Biometrics 29:637-648.
    """
    from scipy.optimize import minimize
    from scipy.special import betaln

    hits, misses = [each.count for each in tallies], [each.n - each.count for each in tallies]

    def shape_at(point: Sequence[float]) -> BetaShape:
        mean, weight = 1 / (1 + exp(-float(point[0]))), exp(float(point[1]))
        return BetaShape(mean * weight, (1 - mean) * weight)

    def unlikeliness(point: Sequence[float]) -> float:
        alpha, beta = shape_at(point)
        each = betaln([x + alpha for x in hits], [x + beta for x in misses])
        return float(len(hits) * betaln(alpha, beta) - each.sum())

    found = minimize(
        unlikeliness,
        [log(start.alpha / start.beta), log(start.alpha + start.beta)],
        method="Nelder-Mead",
        bounds=[(-LOGIT_MAX, LOGIT_MAX), (log(WEIGHT_MIN), log(WEIGHT_MAX))],
        options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 2000},
    )
    return shape_at(found.x)
