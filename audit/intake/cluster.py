"""Who reads: processes of this machine, or a Dask cluster that runs already.

A cluster's scheduler and workers need the same version of the product where they can import it (on ``PYTHONPATH``),
with what ``requirements.txt`` and ``requirements-dask.txt`` name. They need no returns: bytes are sent to them.

Whoever names a cluster trusts it with everything: it is sent every return whole, and what it sends back is unpickled,
so that it could run any code here. An address that begins with ``tls://`` is encrypted, and both sides show
certificates; which, Dask's own configuration says, under ``distributed.comm.tls``.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from audit.intake.processes import Processes
from audit.problems import Problem, UnusableFile
from audit.version import code_digest

_MOST_WORKERS = 8
"""More take longer to start than a county's returns take to read."""
_PATIENCE = 20.0
"""Seconds in which a cluster must answer, busy as it or this machine may be; they pass only where none does."""
_ROOM = "100MB"
"""Above 10 MB a task makes Dask warn, unless told; the largest workbook alone has 20."""

_CERTIFICATES = (
    "Name them in Dask's configuration: distributed.comm.tls.ca-file, and cert and key under distributed.comm.tls.client; "
    "or in the environment as DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__TLS__CLIENT__CERT and …__TLS__CLIENT__KEY."
)

T = TypeVar("T")


@contextmanager
def executor(scheduler: str | None = None, workers: int | None = None) -> Iterator[Executor]:
    """The executor whose workers read; whatever they still do when it is left is ended.

    Args:
        scheduler: the address of a Dask cluster's scheduler, such as ``tcp://127.0.0.1:8786`` or ``tls://…``, which is
            trusted with everything; None for this machine.
        workers: how many processes of this machine; None for as many as it has processors, at most 8.

    Raises:
        UnusableFile: the workers cannot be used, or were lost, with the reason and the remedy; whatever was
            taken in before stays.
    """
    if scheduler is not None:
        with _on_cluster(scheduler) as cluster:
            yield cluster
        return
    processes = Processes(min(os.cpu_count() or 1, _MOST_WORKERS) if workers is None else workers)
    try:
        yield processes
    except BrokenExecutor as error:
        problem = Problem(
            where="This computer",
            what=f"The files cannot be read: {error}.",
            fix="Close other programs or restart the computer, and run this again.",
        )
        raise UnusableFile([problem]) from error
    finally:
        processes.shutdown(cancel_futures=True)


def do_apart(function: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """What a cluster's worker does: it hands the task to a process of its own, which alone a bad file brings down.

    Dask has no limit on a task's time, and hands a task that kills its worker to three more.
    """
    return _own_processes().submit(function, *arguments, **named).result()


@cache
def _own_processes() -> Processes:
    return Processes(os.cpu_count() or 1)  # it starts as many as Dask has tasks side by side, and ends idle ones


class _Cluster(Executor):
    """Dask's executor, each task bounded and apart as it is on one machine."""

    def __init__(self, of_dask: Executor) -> None:
        self._of_dask = of_dask

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        return self._of_dask.submit(do_apart, fn, *args, **kwargs)


@contextmanager
def _on_cluster(scheduler: str) -> Iterator[Executor]:
    """A client of the cluster as an executor, once it is known that the cluster can do the work."""
    try:
        dask, distributed = import_module("dask"), import_module("dask.distributed")
    except ImportError as error:
        raise _unusable(scheduler, "Dask is not installed.", "Run: pip install -r requirements-dask.txt") from error
    no_answer = _unusable(scheduler, "No scheduler answers there.", "Check the address, and that the scheduler runs.")
    place = _place_of(scheduler)
    if not _is_there(place, _certificates(scheduler, distributed) if scheduler.startswith("tls:") else None, scheduler):
        raise no_answer
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what goes wrong is said below, once
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": _ROOM}):
        try:
            client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
        except Exception as error:  # what is no scheduler may send anything, and Dask takes it for a length
            raise no_answer from error
        with client:
            _check_workers(client, scheduler)
            try:
                yield _Cluster(client.get_executor(pure=False))
            except BrokenExecutor as error:
                raise _unusable(scheduler, f"The cluster was lost: {error}.", "Mend it, and run this again.") from error


def _place_of(scheduler: str) -> tuple[str, int]:
    """Host and port of an address."""
    found = re.fullmatch(r"(?:tcp|tls)://(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", scheduler)
    if found is None:
        fix = "Write it as tcp://127.0.0.1:8786, or as tls://127.0.0.1:8786 where the cluster has certificates."
        raise _unusable(scheduler, "This is not the address of a scheduler.", fix)
    return found[1] or found[2], int(found[3])


def _certificates(scheduler: str, distributed: Any) -> ssl.SSLContext:
    """What Dask's own configuration says of certificates, for an encrypted connection."""
    try:
        context: ssl.SSLContext | None = distributed.Security().get_connection_args("client")["ssl_context"]
    except (OSError, ValueError) as error:
        raise _unusable(
            scheduler, f"The certificates that Dask is to use cannot be read: {error}.", _CERTIFICATES
        ) from error
    if context is None:
        raise _unusable(scheduler, "Dask knows no certificates, without which nothing is encrypted.", _CERTIFICATES)
    return context


def _is_there(place: tuple[str, int], certificates: ssl.SSLContext | None, scheduler: str) -> bool:
    """Whether something at the address speaks; Dask would wait for ever for what accepts and is silent."""
    try:
        with socket.create_connection(place, _PATIENCE) as connection:
            if certificates is None:
                return bool(connection.recv(1))  # a scheduler greets whoever connects
            with certificates.wrap_socket(connection, server_hostname=place[0]) as encrypted:
                return bool(encrypted.recv(1))
    except ssl.SSLError as error:
        what = f"It does not take the certificates, or shows none that can be trusted: {error.reason or error}."
        raise _unusable(scheduler, what, _CERTIFICATES) from error
    except (OSError, OverflowError, UnicodeError):  # the last two are a port and a name that cannot be
        return False


def _check_workers(client: Any, scheduler: str) -> None:
    """Makes sure that the cluster has workers, and that it reads as this machine does."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        raise _unusable(scheduler, "The cluster has no workers.", f"Start some: dask worker {scheduler}") from error
    same = "Put the same version of this product on the PYTHONPATH of the scheduler and of every worker."
    try:
        found = {scheduler: client.run_on_scheduler(code_digest), **client.run(code_digest)}
    except Exception as error:  # Dask wraps what was raised there, such as that there is no module of our name
        raise _unusable(scheduler, f"This product cannot be run there: {error}.", same) from error
    others = sorted(place for place, digest in found.items() if digest != code_digest())
    if others:
        raise _unusable(scheduler, f"There is another version of this product on {', '.join(others)}.", same)


def _unusable(scheduler: str, what: str, fix: str) -> UnusableFile:
    return UnusableFile([Problem(where=f"Scheduler {scheduler}", what=what, fix=fix)])
