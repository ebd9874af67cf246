"""core/circuit.py: which portals rest, by a clock of our own."""

import pytest

from sentinel_portals.core.circuit import Circuit, Rest
from sentinel_portals.core.errors import (
    AuthError,
    DiskFull,
    NetworkError,
    ProductUnavailable,
    RateLimited,
    ServiceError,
    TermsNotAccepted,
)

DOWN = NetworkError("One is not reachable.")


@pytest.fixture
def circuit():
    return Circuit(pause=lambda times: 10.0 * 2**times)


@pytest.mark.parametrize("error", [DOWN, ServiceError("One answered 503.")])
def test_a_portal_that_failed_hard_rests_and_then_one_tries_it(circuit, error):
    circuit.failed("one", error, 100.0)
    assert circuit.resting(109.0) == {"one": Rest(110.0, 0, error)}
    assert circuit.resting(110.0) == {}
    assert circuit.one_by_one("one")
    assert not circuit.one_by_one("two")


def test_each_failure_in_a_row_makes_the_rest_twice_as_long(circuit):
    for began, until in ((0.0, 10.0), (10.0, 30.0), (30.0, 70.0)):
        circuit.failed("one", DOWN, began)
        assert circuit.resting(began)["one"].until == until


def test_four_that_fail_together_are_one_failure(circuit):
    for moment in (0.0, 0.5, 1.0, 2.0):
        circuit.failed("one", DOWN, moment)
    assert circuit.resting(2.0)["one"].until == 10.0


def test_what_works_again_is_forgotten(circuit):
    circuit.failed("one", DOWN, 0.0)
    assert circuit.worked("one", 0.0)
    assert not circuit.worked("one", 0.0), "that is no news"
    assert circuit.resting(0.0) == {}
    assert not circuit.one_by_one("one")
    circuit.failed("one", DOWN, 0.0)
    assert circuit.resting(0.0)["one"].until == 10.0


def test_a_portal_that_says_when_is_asked_then(circuit):
    circuit.failed("one", RateLimited("slowly", retry_after=3600.0), 0.0)
    assert circuit.resting(0.0)["one"].until == 3600.0


def test_a_pause_that_the_portal_named_is_kept_though_another_file_still_comes(circuit):
    circuit.worked("one", 0.0)
    circuit.failed("one", RateLimited("slowly", retry_after=3600.0), 0.0)
    assert not circuit.worked("one", 3599.0)
    assert circuit.resting(3599.0)
    assert circuit.worked("one", 3600.0), "who tried it afterwards got through"
    assert not circuit.one_by_one("one")


@pytest.mark.parametrize("error", [ProductUnavailable("gone"), DiskFull("full")])
def test_what_is_no_fault_of_the_portal_gives_it_no_rest(circuit, error):
    circuit.failed("one", error, 0.0)
    assert circuit.resting(0.0) == {}
    assert circuit.refusal("one") is None


def test_a_login_that_was_refused_is_not_tried_again(circuit):
    circuit.failed("one", AuthError("One did not accept the password."), 0.0)
    refused = circuit.refusal("one")
    assert (type(refused), str(refused)) == (AuthError, "One did not accept the password.")
    assert refused is not circuit.refusal("one"), "each job has an error of its own"
    circuit.clear(["two"])
    assert circuit.refusal("one")
    circuit.clear(["one"])
    assert circuit.refusal("one") is None


def test_a_file_that_one_may_not_have_is_no_refused_login(circuit):
    circuit.failed("one", TermsNotAccepted("sign first"), 0.0)
    assert circuit.refusal("one") is None


def test_a_login_that_worked_is_doubted_before_it_is_refused(circuit):
    circuit.worked("one", 0.0)
    circuit.failed("one", AuthError("401"), 0.0)
    assert circuit.refusal("one") is None
    assert circuit.one_by_one("one", logs_in=True)
    circuit.failed("one", AuthError("401"), 1.0)
    assert circuit.refusal("one")


def test_a_login_is_tried_by_one_before_all_use_it(circuit):
    assert circuit.one_by_one("one", logs_in=True)
    circuit.worked("one", 0.0)
    assert not circuit.one_by_one("one", logs_in=True)
