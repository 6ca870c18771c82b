"""Each fuzz target holds its law; `fuzz.py` tries for longer."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).resolve().parent))

import targets


@pytest.mark.parametrize("name", targets.TARGETS)
def test_seeds_hold_the_law(name):
    target, seeds = targets.TARGETS[name]
    for seed in seeds:
        target(seed)


@pytest.mark.parametrize("name", targets.TARGETS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(st.data())
def test_changed_seeds_hold_the_law(name, data):
    target, seeds = targets.TARGETS[name]
    target(targets.changed(data.draw(st.sampled_from(seeds)), data.draw(st.randoms(use_true_random=False))))


@pytest.mark.parametrize("name", ["item", "edition", "date", "name", "config", "markup"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_any_bytes_hold_the_law(name, data):
    targets.TARGETS[name][0](data)
