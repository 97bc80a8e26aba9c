"""An application that tunes parameters with Optuna: ``python -m tests.support.tuning COMMAND``.

`STORAGE_URL` is where its studies are. Each command prints one JSON document.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.storages import RDBStorage
from optuna.study import StudySummary
from optuna.trial import FrozenTrial, Trial, TrialState

from tests.support.exact import exact_text

HEARTBEAT_SECONDS = 600
PATIENCE_SECONDS = 3600
STUDY = "one goal 🐎"
GOALS = "two goals"
ODD_VALUES = {0: math.inf, 1: -math.inf, 2: math.nan, 3: 0.1}
CHOICES = (None, True, 2, 2.5, "ž", "")


def storage(grace_period: int = PATIENCE_SECONDS) -> RDBStorage:
    """The studies, with heartbeats. A trial that says nothing for ``grace_period`` seconds is given up."""
    url = os.environ["STORAGE_URL"]
    return RDBStorage(url, heartbeat_interval=HEARTBEAT_SECONDS, grace_period=grace_period)


def objective(trial: Trial) -> float:
    """Every kind of distribution, attributes, and intermediate values that are no numbers."""
    x = trial.suggest_float("x", -10.0, 10.0)
    rate = trial.suggest_float("rate", 1e-300, 1.0, log=True)
    step = trial.suggest_float("step", 0.0, 1.0, step=0.1)
    layers = trial.suggest_int("layers", 1, 2**40, log=True)
    size = trial.suggest_int("size", 0, 100, step=10)
    choice = trial.suggest_categorical("choice", CHOICES)
    trial.set_user_attr("note", {"choice": choice, "x": x, "text": "ž" * 3000})
    trial.set_user_attr("again", 1)
    trial.set_user_attr("again", [trial.number, None])
    for number, value in ODD_VALUES.items():
        trial.report(value, number)
    if trial.number % 5 == 3:
        raise optuna.TrialPruned
    if trial.number % 5 == 4:
        raise ValueError("this one fails")
    return x**2 + abs(math.log10(rate)) + step + size / 7 + math.log2(layers) + (choice is None)


def goals(trial: Trial) -> tuple[float, float]:
    """Two values, one of them infinite."""
    x = trial.suggest_float("x", 0.0, 1.0)
    return x, math.inf if trial.number == 1 else -x


def optimize(name: str, trials: int, seed: int) -> None:
    sampler = optuna.samplers.TPESampler(seed=seed)
    study = optuna.load_study(study_name=name, storage=storage(), sampler=sampler)
    study.optimize(objective if name == STUDY else goals, n_trials=trials, catch=(ValueError,))


def fill() -> dict[str, Any]:
    """Two studies with trials of every state; one trial still runs, and says so."""
    place = storage()
    study = optuna.create_study(study_name=STUDY, storage=place)
    study.set_user_attr("dataset", {"name": "ž", "rows": 2**60})
    study.enqueue_trial({"x": 0.0, "layers": 1, "choice": ""})
    optuna.create_study(study_name=GOALS, storage=place, directions=["minimize", "maximize"])
    optimize(STUDY, 6, seed=1)
    optimize(GOALS, 3, seed=2)
    running = study.ask()
    running.suggest_float("x", -10.0, 10.0)
    place.record_heartbeat(running._trial_id)
    study.enqueue_trial({"x": 1.0}, user_attrs={"queued": True})
    return {}


def change() -> dict[str, Any]:
    """More trials, and all of it."""
    optimize(STUDY, 3, seed=3)
    study = optuna.load_study(study_name=STUDY, storage=storage())
    study.set_user_attr("dataset", "changed")
    study.enqueue_trial({"x": 2.0})
    optuna.create_study(study_name="short-lived", storage=storage())
    optuna.delete_study(study_name="short-lived", storage=storage())
    return contents()


def beat() -> dict[str, Any]:
    """The trial that runs says so once more: SQLAlchemy writes this moment with a fraction, SQLite's own
    CURRENT_TIMESTAMP wrote the first one without."""
    study = optuna.load_study(study_name=STUDY, storage=storage())
    (running,) = study.get_trials(states=(TrialState.RUNNING,))
    storage().record_heartbeat(running._trial_id)
    return {}


def contents() -> dict[str, Any]:
    """Everything that Optuna reads of each study."""
    return {
        "studies": {
            summary.study_name: _shown(summary) for summary in optuna.get_all_study_summaries(storage())
        }
    }


def _shown(summary: StudySummary) -> dict[str, Any]:
    study = optuna.load_study(study_name=summary.study_name, storage=storage())
    own = (summary.directions, summary.user_attrs, summary.datetime_start, summary.n_trials)
    return {
        "summary": [exact_text(part) for part in own],
        "best": [trial.number for trial in study.best_trials],
        "trials": [_trial(trial) for trial in study.trials],
    }


def _trial(trial: FrozenTrial) -> dict[str, Any]:
    """Each attribute of a trial; parameters and the like have no order in a database."""
    dictionaries = (trial.params, trial.distributions, trial.user_attrs, trial.system_attrs)
    values = (trial.state, trial.values, trial.datetime_start, trial.datetime_complete, trial._trial_id)
    steps = sorted(trial.intermediate_values.items())
    return {
        "values": [exact_text(value) for value in values],
        "steps": [exact_text(step) for step in steps],
        "named": [{name: exact_text(one[name]) for name in sorted(one)} for one in dictionaries],
    }


def give_up(number: int) -> None:
    """Wait until the trial that said nothing for longer than a second counts as failed."""
    study = optuna.load_study(study_name=STUDY, storage=storage(grace_period=1))
    deadline = time.monotonic() + 60
    while study.trials[number].state is not TrialState.FAIL:
        assert time.monotonic() < deadline
        optuna.storages.fail_stale_trials(study)
        time.sleep(0.2)


def use() -> dict[str, Any]:
    """Tune on after the migration; what was there before is the answer."""
    before = contents()
    study = optuna.load_study(study_name=STUDY, storage=storage())
    numbers = len(study.trials)
    waiting = [trial.number for trial in study.get_trials(states=(TrialState.WAITING,))]
    (running,) = study.get_trials(states=(TrialState.RUNNING,))
    best = study.best_value
    give_up(running.number)
    optimize(STUDY, len(waiting) + 3, seed=4)
    optimize(GOALS, 2, seed=5)
    assert len(study.trials) == numbers + 3
    assert study.best_value <= best
    assert [study.trials[number].params["x"] for number in waiting] == [2.0]
    study.set_user_attr("dataset", {"after": True})
    assert optuna.load_study(study_name=STUDY, storage=storage()).user_attrs == {"dataset": {"after": True}}
    optuna.copy_study(
        from_study_name=STUDY, from_storage=storage(), to_storage=storage(), to_study_name="a copy"
    )
    copied = optuna.load_study(study_name="a copy", storage=storage())
    assert [trial.params for trial in copied.trials] == [trial.params for trial in study.trials]
    optuna.delete_study(study_name="a copy", storage=storage())
    assert len(optuna.get_all_study_names(storage())) == 2
    return before


COMMANDS: dict[str, Callable[[], dict[str, Any]]] = {"fill": fill, "change": change, "beat": beat, "use": use}


def main() -> None:
    # That heartbeats are an experiment, and meant for `optimize`, which no trial that stopped has left.
    warnings.simplefilter("ignore", ExperimentalWarning)
    warnings.simplefilter("ignore", UserWarning)
    optuna.logging.set_verbosity(logging.ERROR)
    print(json.dumps(COMMANDS[sys.argv[1]]()))


if __name__ == "__main__":
    main()
