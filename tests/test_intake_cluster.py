"""Who reads: processes of this machine, or a real Dask cluster, with the same results."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import dask.config
import pytest
from dask.distributed import LocalCluster, Security

from audit.authority.returns import Return
from audit.intake.processes import Processes, WorkerDied
from audit.intake.reading import executor, read_all
from audit.intake.sources import FoundFile, find
from audit.model import Criteria, Response
from audit.problems import UnusableFile
from audit.workbook.write import write
from tests.conftest import audit_of

pytestmark = pytest.mark.cluster
ROOT = Path(__file__).parent.parent
ROLES = ("client", "scheduler", "worker")
NO_ANSWER = "No scheduler answers there. Check the address, and that the scheduler runs."


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """A scheduler and two workers, each a process of its own on this machine."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as running:
        yield running


def refusal(scheduler: str) -> str:
    """What is said of a cluster that cannot be used."""
    with pytest.raises(UnusableFile) as refused, executor(scheduler):
        pass
    return str(refused.value)


def test_a_cluster_reads_as_this_machine_does(
    cluster: LocalCluster, shipped: Criteria, toy: Criteria, tmp_path: Path
) -> None:
    """The same files give the same returns, good ones and refused ones."""
    (tmp_path / "good.xlsx").write_bytes(write(audit_of(toy, {"toy-1.1-k1": Response(written="no")}), toy))
    (tmp_path / "blank.xlsx").write_bytes(write(audit_of(toy, {}), toy))
    (tmp_path / "web.xlsx").write_bytes(b"<html></html>")
    (tmp_path / "large.xlsx").write_bytes(bytes(12 * 2**20))
    places = [tmp_path, ROOT / "sample_data", tmp_path / "none.xlsx"]
    criteria = Criteria((*shipped.frameworks, *toy.frameworks))
    with executor(cluster.scheduler_address) as workers:
        there = sorted(read_all(find(places), criteria, executor=workers), key=_file)
    with executor(workers=2) as workers:
        here = sorted(read_all(find(places), criteria, executor=workers), key=_file)
    assert there == here
    assert {one.verdict for one in here} >= {"accepted", "refused"}


def _file(one: Return) -> str:
    return one.file


def test_a_task_of_a_cluster_brings_no_worker_of_it_down(cluster: LocalCluster) -> None:
    """A task that ends its process fails alone, and no worker of the cluster is lost."""
    before = set(cluster.scheduler.workers)
    with executor(cluster.scheduler_address) as workers:
        assert isinstance(workers.submit(os.abort).exception(), WorkerDied)
        assert workers.submit(len, "abc").result() == 3
    assert set(cluster.scheduler.workers) == before


def test_a_cluster_that_is_lost_refuses_no_file(toy: Criteria) -> None:
    """When the scheduler ends during the reading, that is said; no file is blamed for it."""
    data = write(audit_of(toy, {"toy-1.1-k1": Response(written="no")}), toy)
    with (
        LocalCluster(n_workers=1, dashboard_address=":0", host="127.0.0.1") as running,
        pytest.raises(UnusableFile, match="The cluster was lost"),
    ):
        _read_and_lose(running, data, toy)


def _read_and_lose(running: LocalCluster, data: bytes, criteria: Criteria) -> None:
    with executor(running.scheduler_address) as workers:
        for number, one in enumerate(read_all(_endless(data), criteria, executor=workers)):
            assert one.verdict == "accepted"
            if number == 30:
                running.close()


def _endless(data: bytes) -> Iterator[FoundFile]:
    while True:
        yield FoundFile(file="a.xlsx", data=data)


def test_an_address_where_nothing_listens_is_said_to_be_so() -> None:
    """A scheduler that does not run is told at once, not after a minute."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        assert refusal(address) == f"Scheduler {address}: {NO_ANSWER}"


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b""], ids=["another", "none"])
def test_an_address_where_something_else_listens_is_said_to_be_so(greeting: bytes) -> None:
    """What greets otherwise, or never, is no scheduler."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []
        threading.Thread(target=_greet, args=(server, greeting, taken), daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert refusal(address) == f"Scheduler {address}: {NO_ANSWER}"
        server.shutdown(socket.SHUT_RDWR)
        for connection in taken:
            connection.close()


def _greet(server: socket.socket, greeting: bytes, taken: list[socket.socket]) -> None:
    try:
        while True:
            taken.append(server.accept()[0])
            taken[-1].sendall(greeting)
    except OSError:
        return  # the test is over


@pytest.mark.parametrize("address", ["", "8786", "127.0.0.1:8786", "http://127.0.0.1:8786", "tcp://a b:1", "tcp://:1"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    """An address is checked before anything is tried, with an example of one."""
    assert refusal(address) == (
        f"Scheduler {address}: This is not the address of a scheduler. Write it as tcp://127.0.0.1:8786, or as "
        "tls://127.0.0.1:8786 where the cluster has certificates."
    )


def test_a_cluster_without_workers_is_said_to_have_none() -> None:
    """A scheduler alone would keep the files waiting for ever."""
    with LocalCluster(n_workers=0, dashboard_address=":0", host="127.0.0.1") as running:
        address = running.scheduler_address
        assert refusal(address) == (
            f"Scheduler {address}: The cluster has no workers. Start some: dask worker {address}"
        )


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority's certificate, and one with its key that it made for everybody of the cluster."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    folder = tmp_path_factory.mktemp("certificates")
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {0}.key -out {0}.pem"
    for name in ("own", "stranger"):
        subprocess.run(["openssl", *made.format(folder / name).split()], check=True, capture_output=True)
    return folder


def configured(folder: Path, name: str) -> dask.config.set:
    """Dask's configuration with these certificates, for every role."""
    cert, key = str(folder / f"{name}.pem"), str(folder / f"{name}.key")
    places = {f"{role}.{what}": file for role in ROLES for what, file in (("cert", cert), ("key", key))}
    return dask.config.set({f"distributed.comm.tls.{at}": file for at, file in {**places, "ca-file": cert}.items()})


def test_an_encrypted_cluster_reads_by_the_certificates_of_dasks_configuration(
    certificates: Path, toy: Criteria
) -> None:
    """An address with tls is taken; without certificates, or with another's, it is said what is missing."""
    with configured(certificates, "own"):
        running = LocalCluster(
            n_workers=1, protocol="tls://", security=Security(), dashboard_address=":0", host="127.0.0.1"
        )
        address = running.scheduler_address
        assert address.startswith("tls://")
        with executor(address) as workers:
            data = write(audit_of(toy, {"toy-1.1-k1": Response(written="no")}), toy)
            (found,) = read_all([FoundFile(file="a.xlsx", data=data)], toy, executor=workers)
            assert found.verdict == "accepted"
    assert "Dask knows no certificates" in refusal(address)
    with configured(certificates, "stranger"):
        assert "does not take the certificates" in refusal(address)
    running.close()
    with configured(certificates, "none"):
        assert "cannot be read" in refusal(address)
    with configured(certificates, "own"):
        assert refusal(address) == f"Scheduler {address}: {NO_ANSWER}"


WITHOUT_DASK = """
import sys
sys.modules["dask"] = None
from audit.intake.reading import executor
from audit.problems import UnusableFile
try:
    with executor("tcp://127.0.0.1:8786"):
        pass
except UnusableFile as error:
    print(error)
with executor(workers=1) as workers:
    print(workers.submit(len, "abc").result())
"""


def test_without_dask_this_machine_reads_and_a_cluster_is_refused() -> None:
    """Dask is needed only by who has a cluster; who asks for one is told how to install it."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_DASK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (
        "Scheduler tcp://127.0.0.1:8786: Dask is not installed. Run: pip install -r requirements-dask.txt\n3\n",
        "",
    )


def test_this_machine_has_as_many_workers_as_are_asked_for() -> None:
    """One worker is enough; none is not."""
    with executor(workers=1) as one, executor() as default:
        assert isinstance(one, Processes)
        assert isinstance(default, Processes)
    with pytest.raises(ValueError, match="at least one"), executor(workers=0):
        pass
