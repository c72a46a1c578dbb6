"""Probabilities of random processes are the exact ones, by telling every course by a clock."""

import numpy as np
import pytest
from tests.analyses import random_processes as random
from tests.analyses.processes import teller_of

from winset.casefile import load_text
from winset.errors import CaseError

CASES, READINGS, CHUNKS = 5, 500, 6


def cases(block):
    """Processes in which every step can happen, and their texts."""
    rng = np.random.default_rng([2025, block])
    found = 0
    while found < CASES:
        steps = random.process(rng)
        text = random.HEAD + "steps:\n" + "".join(step.text() for step in steps)
        try:
            case = load_text(text)
        except CaseError:  # a step that can never happen, or two that wait for each other
            continue
        found += 1
        yield steps, case, text


@pytest.mark.parametrize("block", range(20))
def test_random_processes_have_their_exact_probabilities(block):
    day = 17.0
    for steps, case, text in cases(block):
        times = {step.name: [] for step in steps}
        for chunk in range(CHUNKS):
            told = next(teller_of(case, READINGS, block, chunk).tell(1))
            for name in times:
                times[name].append(told.time(name))
        drawn = np.stack([np.concatenate(times[step.name]) for step in steps])
        found = np.stack([drawn < np.inf, drawn <= day]).mean(axis=2)
        exact = random.exact(steps, day)
        error = np.sqrt(np.clip(exact * (1 - exact), 0, None) / drawn.shape[1])
        assert (np.abs(found - exact) <= 4 * error + 1e-9).all(), (text, found, exact)
