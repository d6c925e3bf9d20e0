"""Trials that depend on a seed and their number alone."""

from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState


class SeededSampler(optuna.samplers.BaseSampler):
    """A sampler of Parzen estimators whose draws depend on the seed and the trial's number.

    So a study that is resumed goes on as if it had not stopped, and two processes do not try the
    same.

    Reference:
        Bergstra et al., 2011, "Algorithms for Hyper-Parameter Optimization"
        (https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization).
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._sampler = optuna.samplers.TPESampler(seed=seed)

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        seed = (self.seed * 1_000_003 + trial.number) % 2**32
        self._sampler = optuna.samplers.TPESampler(seed=seed)
        self._sampler.before_trial(study, trial)

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return self._sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        search_space: dict[str, BaseDistribution],
    ) -> dict[str, Any]:
        return self._sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Any,
    ) -> None:
        self._sampler.after_trial(study, trial, state, values)
