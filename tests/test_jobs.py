"""A job runs beside its caller, says how far it is, and stops when it is asked to."""

import threading

import pytest

from nps.errors import Refused
from nps.jobs import Cancelled, Job, Progress

PATIENCE = 20


def test_a_job_says_how_far_it_is_and_gives_its_result() -> None:
    half, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress(0.5, "half of it")
        progress(0.2, "still half of it")
        half.set()
        assert go_on.wait(PATIENCE)
        return "done"

    job = Job(work)
    assert half.wait(PATIENCE)
    assert (job.share, job.text, job.finished) == (0.5, "still half of it", False)
    assert not job.wait(0.01)
    go_on.set()
    assert job.wait(PATIENCE)
    assert job.finished
    assert job.result() == "done"


def test_a_job_that_is_cancelled_stops_at_its_next_step() -> None:
    begun, cancelled = threading.Event(), threading.Event()
    steps: list[str] = []

    def work(progress: Progress) -> None:
        progress(0.1, "first")
        steps.append("first")
        begun.set()
        assert cancelled.wait(PATIENCE)
        progress(0.2, "second")
        steps.append("second")

    job = Job(work)
    assert begun.wait(PATIENCE)
    job.cancel()
    cancelled.set()
    with pytest.raises(Cancelled):
        job.result()
    assert job.cancelled
    assert steps == ["first"]


def test_a_job_that_fails_says_so_to_whoever_asks_for_its_result() -> None:
    def work(_progress: Progress) -> None:
        raise Refused("It cannot be read.")

    job = Job(work)
    assert job.wait(PATIENCE)
    with pytest.raises(Refused, match="cannot be read"):
        job.result()


def test_the_time_left_is_told_once_there_is_something_to_go_by() -> None:
    went_on, looked = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        progress(0.01, "hardly begun")
        assert looked.wait(PATIENCE)
        progress(0.5, "half of it")
        went_on.set()

    job = Job(work)
    assert job.seconds_left is None
    assert not job.wait(1.1)
    assert job.seconds_left is None
    looked.set()
    assert went_on.wait(PATIENCE)
    left = job.seconds_left
    assert left is not None
    assert 1.0 <= left <= PATIENCE
