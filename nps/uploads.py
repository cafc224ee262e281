"""What a session uploaded, and the work on it before it goes in: done once, with progress, and to be stopped."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

import streamlit as st

from nps.clock import counted
from nps.errors import Refused
from nps.imports import Landed
from nps.jobs import Cancelled, Job, Progress
from nps.turns import aside

SOON = 1.0  # seconds within which nobody needs to see progress
OFTEN = 0.5  # seconds between two looks at it
_UPLOADS = "uploads"

T = TypeVar("T")
_readers = ThreadPoolExecutor(4, "reading")  # of their own: who looks at a file does not wait for imports


@dataclass(frozen=True)
class Arrived:
    """What became of some files: those that landed, and a sentence for each that did not."""

    landed: tuple[Landed, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass
class Uploads:
    """What this session uploaded: the files as read, and what became of those that went in.

    `job` brings files in at this moment; `work` finds out sheets, tables and guesses, by file and what was asked, so
    that no rerun reads a file again; `round` is part of the uploader's key: a new one empties it.
    """

    work: dict[tuple[str, str], Job[Any]] = field(default_factory=dict)
    job: Job[Arrived] | None = None
    landed: tuple[Landed, ...] = ()
    refused: tuple[str, ...] = ()
    told: str = ""
    round: int = 0


class UnderWay(Exception):
    """Work on an upload takes longer than a moment: what needs it is drawn when it is done."""

    def __init__(self, job: Job[Any]) -> None:
        super().__init__(job.text)
        self.job = job


def uploads() -> Uploads:
    """This session's uploads."""
    return cast(Uploads, st.session_state.setdefault(_UPLOADS, Uploads()))


def once(file_id: str, what: str, work: Callable[[Progress], T]) -> T:
    """Do some work on an upload once per session; a refusal is kept as well.

    Raises UnderWay where it is not done in a moment, and Cancelled where it was stopped.
    """
    here, key = uploads().work, (file_id, what)
    if key not in here:
        here[key] = Job(partial(_begun, work), _readers)
        with aside():
            here[key].wait(SOON)
    job: Job[T] = here[key]
    if job.cancelled:
        raise Cancelled("You stopped the reading of this file. Nothing of it went in.")
    if not job.finished:
        raise UnderWay(job)
    try:
        return job.result()
    except Refused:
        raise
    except BaseException:
        del here[key]  # the store may answer the next time
        raise


def _begun(work: Callable[[Progress], T], progress: Progress) -> T:
    progress(0.0, "Reading")  # which it does not, where it was stopped while it waited
    return work(progress)


def forget(file_id: str) -> None:
    """Let go of all that is known of a file, and of what it holds."""
    here = uploads().work
    for key in [key for key in here if key[0].startswith(file_id)]:
        here.pop(key).cancel()


def forget_but(file_ids: Collection[str]) -> None:
    """Let go of the files that were taken out of the uploader."""
    for known in {key[0] for key in uploads().work}:
        if not known.startswith(tuple(file_ids)):
            forget(known)


@st.fragment(run_every=OFTEN)
def progress_of(job: Job[Any], *, key: str, note: str = "", border: bool = True) -> None:
    """How far a work is, with a way to stop it; when it has ended the page is drawn anew."""
    if job.finished:
        st.rerun()
    left = f" About {counted(max(1, round(job.seconds_left)), 'second')} left." if job.seconds_left else ""
    with st.container(border=border, key=key):
        st.progress(job.share)
        st.text("Stopping at the next step." if job.cancelled else f"{job.text}.{left}")
        if note:
            st.text(note)
        st.button("Cancel", icon=":material/close:", key=f"cancel_{key}", on_click=job.cancel, disabled=job.cancelled)
