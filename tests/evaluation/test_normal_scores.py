import numpy as np
import pytest
from scipy import stats
from scipy.signal import lfilter

from dltemplates.errors import DataError
from dltemplates.evaluation.normal_scores import NormalScores, rate_of
from dltemplates.evaluation.tail_fit import cluster_size, effective_count, fit_tail
from dltemplates.layers import ScoreCalibration

LAWS = {
    "exponential": stats.expon(),
    "normal": stats.norm(),
    "student": stats.t(4),
    "uniform": stats.uniform(),
}


def threshold(scores: NormalScores, rate: float) -> float:
    """The lowest score that alarms, by bisection."""
    low, high = scores.knots[0], scores.knots[-1] + 1e6
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if scores.alarms(middle, rate) else (middle, high)
    return high


def of_knots(scores: NormalScores, rate: float) -> float:
    """The same between knots, at once."""
    return float(np.interp(-rate, -np.array(scores.probabilities), scores.knots))


def achieved(law, count, rate, repetitions=50):
    """False-alarm rates over the target's, of thresholds from `count` scores each."""
    samples = (
        law.rvs(count, random_state=np.random.default_rng(seed)) for seed in range(repetitions)
    )
    return np.array([law.sf(threshold(NormalScores.fit(each), rate)) / rate for each in samples])


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize(("count", "rate"), [(2_000, 0.01), (2_000, 0.005), (10_000, 0.001)])
def test_false_alarms_are_as_many_as_asked_for(name, count, rate):
    """Exactly, from the law's own survival function: within half and twice, and right on average.

    At 10 expected exceedances, as in two of three cases, no estimate without assumptions has less
    than 30 % of error.
    """
    ratios = achieved(LAWS[name], count, rate)
    assert np.mean((ratios > 0.5) & (ratios < 2.0)) >= 0.94
    assert ratios.mean() == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("name", LAWS)
def test_a_rate_beyond_the_data_is_right_within_its_order(name):
    """0.1 % from 2,000 scores: two are expected above the threshold."""
    ratios = achieved(LAWS[name], 2_000, 0.001)
    assert np.mean((ratios > 0.5) & (ratios < 2.0)) >= 0.75
    assert np.mean((ratios > 0.2) & (ratios < 5.0)) >= 0.96


def test_on_fresh_draws(rng):
    scores = NormalScores.fit(rng.exponential(size=10_000))
    fresh = rng.exponential(size=1_000_000)
    for rate in (0.5, 0.1, 0.01, 0.001):
        assert 0.5 < scores.alarms(fresh, rate).mean() / rate < 2.0
    assert scores.alarms(fresh, 0.1).mean() == pytest.approx(0.1, rel=0.1)


def test_a_second_kind_of_normal_is_not_taken_for_the_tail(rng):
    """Two in a hundred scores lie far above the others: one law for the upper tenth would fail."""
    ratios = []
    for _ in range(30):
        sample = rng.normal(size=10_000) + 8.0 * (rng.random(10_000) < 0.02)
        limit = threshold(NormalScores.fit(sample), 0.002)
        ratios.append((0.98 * stats.norm.sf(limit) + 0.02 * stats.norm.sf(limit - 8)) / 0.002)
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.15)
    assert min(ratios) > 0.5
    assert max(ratios) < 2.0


def autoregressive(rng, count, memory):
    noise = rng.normal(size=count + 2_000) * np.sqrt(1 - memory**2)
    return lfilter([1], [1, -memory], noise)[2_000:]


def moving_sums(rng, count, window):
    sums = np.concatenate([[0.0], np.cumsum(rng.normal(size=count + window - 1) ** 2)])
    return sums[window:] - sums[:-window]


@pytest.mark.parametrize(
    ("draw", "parameter", "law"),
    [
        (autoregressive, 0.9, stats.norm()),
        (autoregressive, 0.99, stats.norm()),
        (moving_sums, 64, stats.chi2(64)),
    ],
)
def test_scores_that_hang_together(rng, draw, parameter, law):
    """At the rate of ten independent scores, whatever the dependence; a tenth of it is a guess."""
    ratios = []
    for _ in range(40):
        scores = NormalScores.fit(draw(rng, 10_000, parameter))
        assert scores.effective < 6_000
        rate = 10 / scores.effective
        assert scores.caution(rate) == ""
        ratios.append(law.sf(threshold(scores, rate)) / rate)
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.3)
    assert np.mean((np.array(ratios) > 0.5) & (np.array(ratios) < 2.0)) >= 0.75


def test_clusters(rng):
    single = rng.normal(size=20_000)
    assert cluster_size(single) == pytest.approx(1.0, abs=0.25)
    assert cluster_size(np.repeat(single, 5)) == pytest.approx(5.0, rel=0.25)
    assert cluster_size(np.arange(20.0)) == 1.0
    assert cluster_size(np.ones(1_000)) == 1.0
    assert cluster_size(np.arange(1_000.0)) == 50.0


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_independent_scores_that_would_tell_the_mean_as_well(rng, memory):
    found = np.mean([effective_count(autoregressive(rng, 4_000, memory)) for _ in range(5)])
    assert found == pytest.approx(4_000 * (1 - memory) / (1 + memory), rel=0.3)
    assert effective_count(np.ones(50)) == 2
    assert effective_count(np.arange(50.0) // 25) <= 3


def test_repeated_scores_are_worth_one(rng):
    single = rng.exponential(size=4_000)
    once, often = NormalScores.fit(single), NormalScores.fit(np.repeat(single, 5))
    assert often.count == 5 * once.count
    assert often.effective == pytest.approx(once.effective, rel=0.3)


@pytest.mark.parametrize("shape", [-0.3, 0.01, 0.4])
def test_the_tail_is_found(rng, shape):
    excesses = stats.genpareto(shape, scale=3.0).rvs(20_000, random_state=rng)
    assert fit_tail(excesses) == pytest.approx((3.0, shape), abs=0.12)


def test_few_scores_have_students_predictive_distribution(rng):
    sample = rng.normal(5.0, 2.0, 20)
    scores = NormalScores.fit(sample)
    assert (scores.tail, scores.count, scores.effective) == (None, 20, effective_count(sample))
    count = scores.effective
    spread = sample.std() * np.sqrt(count / (count - 1)) * np.sqrt(1 + 1 / count)
    anchor = np.sort(sample)[-5]  # as five lie there and above, that is counted
    assert scores.tail_probability(anchor) == pytest.approx(5 / 21)
    at = np.array([anchor, 9.0, 12.0, 15.0])
    student = stats.t.sf((at - sample.mean()) / spread, count - 1)
    expected = student * (5 / 21) / student[0]
    np.testing.assert_allclose(scores.tail_probability(at), expected, rtol=0.03)
    assert scores.finest == 0.001
    scores.check_rate(0.001)
    with pytest.raises(DataError, match=r"20 held-out .* cannot tell .* of 0.0009.* is 0.001"):
        scores.check_rate(0.0009)


@pytest.mark.parametrize(
    ("count", "memory", "rates"),
    [
        (20, 0.0, (0.1, 0.01, 0.001)),
        (50, 0.0, (0.1, 0.01, 0.001)),
        (150, 0.0, (0.1, 0.01, 0.001)),
        (100, 0.5, (0.1, 0.01)),
        (150, 0.9, (0.1, 0.01)),
    ],
)
def test_few_scores_give_as_many_false_alarms_as_asked_for_on_average(count, memory, rates):
    """Exactly, from the normal law; single samples are far off, which their width makes good."""
    for rate in rates:
        ratios = []
        for seed in range(200):
            sample = autoregressive(np.random.default_rng(seed), count, memory)
            ratios.append(stats.norm.sf(of_knots(NormalScores.fit(sample), rate)) / rate)
        assert 0.7 < np.mean(ratios) < 1.3, rate


def test_a_quantile_would_give_too_many_false_alarms_where_students_distribution_does_not():
    ratios = {"student": [], "normal": []}
    for seed in range(300):
        sample = np.random.default_rng(seed).normal(size=20)
        limit = of_knots(NormalScores.fit(sample), 0.001)
        plain = sample.mean() + sample.std(ddof=1) * stats.norm.isf(0.001)
        ratios["student"].append(stats.norm.sf(limit) / 0.001)
        ratios["normal"].append(stats.norm.sf(plain) / 0.001)
    assert np.mean(ratios["student"]) < 1.5
    assert np.mean(ratios["normal"]) > 2.5


def test_few_independent_scores_that_are_not_normal_are_counted_as_far_as_they_go():
    """The logarithm of a squared error falls off faster than any normal law."""
    ratios = []
    for seed in range(60):
        normal = autoregressive(np.random.default_rng(seed), 190, 0.5)
        scores = NormalScores.fit(np.log(stats.chi2(3).isf(stats.norm.sf(normal))))
        assert scores.tail is None
        ratios.append(stats.chi2(3).sf(np.exp(of_knots(scores, 0.05))) / 0.05)
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.2)


def test_few_scores_that_hardly_differ_can_be_calibrated():
    sample = np.where(np.arange(30) % 3 == 0, np.float32(1000.0), np.float32(1000.0001))
    scores = NormalScores.fit(sample)
    assert (np.diff(np.float32(scores.knots)) > 0).all()
    assert ScoreCalibration(scores.knots, scores.probabilities)(np.float32(2000.0)) > 0.99


def test_it_decreases_for_ever_and_never_reaches_zero(rng):
    for sample in (rng.normal(size=3_000), rng.uniform(size=3_000), np.arange(25), np.ones(30)):
        scores = NormalScores.fit(sample)
        grid = np.concatenate(
            [np.linspace(scores.knots[0], 30.0, 2_000), np.logspace(1.5, 30, 100)]
        )
        probabilities = scores.tail_probability(grid)
        assert (np.diff(probabilities) < 0).all()
        assert probabilities.min() > 0.0 and probabilities.max() < 1.0


def test_few_knots_say_what_all_would(rng):
    sample = rng.normal(size=50_000).astype("float32")
    scores = NormalScores.fit(sample)
    assert len(scores.knots) == len(scores.probabilities) <= 200
    assert scores.knots[-1] == scores.tail.start
    for share in (0.9, 0.5, 0.1, 0.01, 0.001):
        at = np.quantile(sample, 1 - share)
        assert scores.tail_probability(at) == pytest.approx(share, rel=0.02)


def test_many_equal_scores(rng):
    """Half of the scores are 0: an alarm at 0 would be one in every normal row."""
    sample = np.where(rng.random(2_000) < 0.5, 0.0, rng.exponential(size=2_000))
    scores = NormalScores.fit(sample)
    assert not scores.alarms(0.0, 0.6)
    assert scores.tail_probability(0.0) > 0.99
    assert NormalScores.fit(np.ones(100)).tail_probability(1.0) > 0.98
    three = NormalScores.fit(rng.integers(0, 3, 5_000))
    assert three.tail is None
    assert three.tail_probability(2.0) == pytest.approx(1 / 3, rel=0.05)
    assert three.finest == pytest.approx(1 / (three.effective + 1))


def test_nothing_is_said_of_what_is_missing(rng):
    scores = NormalScores.fit(rng.normal(size=2_000))
    assert np.isnan(scores.tail_probability(np.nan))
    assert not scores.alarms(np.nan, 0.5)


def test_refusals(rng):
    scores = NormalScores.fit(rng.normal(size=2_000))
    for rate in (0.0, 1.0, -0.1, np.nan):
        with pytest.raises(DataError, match="between 0 and 1"):
            scores.check_rate(rate)
    with pytest.raises(DataError, match="19 held-out normal scores are too few"):
        NormalScores.fit(np.arange(19.0))
    with pytest.raises(DataError, match="2 of 30 held-out scores are no finite numbers"):
        NormalScores.fit(np.array([np.nan, np.inf, *range(28)]))


def test_an_extrapolation_is_called_one(rng):
    scores = NormalScores.fit(rng.normal(size=2_000))
    assert scores.finest == pytest.approx(1 / (5 * scores.effective))
    scores.check_rate(0.5 / scores.effective)
    assert "is an extrapolation" in scores.caution(0.5 / scores.effective)
    assert scores.caution(2.0 / scores.effective) == ""


def test_rate_of_alarms_a_day():
    assert rate_of(1.0, 1_440.0) == pytest.approx(1 / 1440)
    for alarms in (0.0, 1_440.0):
        with pytest.raises(DataError, match="alarms a day cannot be had from 1440 rows"):
            rate_of(alarms, 1_440.0)


@pytest.mark.parametrize("count", [30, 150, 5_000])
def test_no_score_hangs_on_its_last_bits(rng, count):
    """Scores that lie together by chance do not make a step of the distribution."""
    values = rng.normal(size=count)
    values[1::3] = values[:-1:3][: len(values[1::3])] + 1e-6
    scores = NormalScores.fit(values)
    slopes = -np.diff(scores.probabilities) / np.diff(scores.knots)
    assert slopes.max() <= 1.5  # a normal distribution's is 0.4
    places = np.linspace(-1.5, 1.5, 50)
    share = (values[:, None] > places).mean(axis=0)
    np.testing.assert_allclose(scores.tail_probability(places), share, atol=2 / np.sqrt(count))
