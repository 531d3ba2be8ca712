"""One publication in object storage serves several portals that hold nothing of their own, and keeps serving when it is ill."""

import contextlib
import datetime
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from pipelines.build import build
from pipelines.pruning import Policy, prune
from pipelines.publish import push, use
from pipelines.sources.problems import BuildError
from portal.publication.manifest import CURRENT, PublicationError, current_version
from portal.publication.object_storage import ObjectStorage
from portal.publication.publications import Publications
from portal.settings import Settings
from tests.portal.s3_server import BUCKET, PUBLICATION, Server, serving
from tests.synthetic import CHECKOUT, SyntheticProject

PORTAL = [sys.executable, "-c", "from portal.commands import main; main()"]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


def until(ask: Callable[[], Any], wanted: Any) -> None:
    """Wait until it is as wanted; two minutes are far more than it takes."""
    deadline = time.monotonic() + 120
    while (found := ask()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(client: httpx.Client) -> bool:
    """Whether a portal answers at all."""
    with contextlib.suppress(httpx.TransportError):
        return client.get("/healthz").status_code == 200
    return False


def healthy(client: httpx.Client) -> bool:
    """Whether a portal answers and misses nothing."""
    with contextlib.suppress(httpx.TransportError):
        return client.get("/readyz").json()["status"] == "ok"
    return False


@contextlib.contextmanager
def replica(server: Server, folder: Path, ready: Callable[[httpx.Client], bool] = healthy) -> Iterator[httpx.Client]:
    """A `portal serve` with the publication's address, a folder of its own and not one file of the project's."""
    folder.mkdir()
    port = free_port()
    environment = os.environ | {
        "PYTHONPATH": str(CHECKOUT),
        "PORTAL_CORPUS": str(folder / "nothing"),
        "PORTAL_DATASETS": str(folder / "nothing"),
        "PORTAL_VAR": str(folder / "var"),
        "PORTAL_PUBLISHED": PUBLICATION,
        "PORTAL_PUBLISHED_SECONDS": "0.2",
        "PORTAL_S3_ENDPOINT": server.endpoint,
        "PORTAL_S3_KEY_ID": "key",
        "PORTAL_S3_SECRET": "secret",
    }
    command = [*PORTAL, "serve", "--port", str(port)]
    with (
        subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client,
    ):
        try:
            until(lambda: ready(client), True)
            yield client
        finally:
            process.terminate()


def told(client: httpx.Client) -> tuple[Any, ...]:
    """What a portal says of the synthetic rate: version, value, status, answer, and how many versions it knows."""
    rows = client.get("/api/v1/datasets/observations/rows", params={"filter.period": "2023"}).raise_for_status().json()
    progress = client.get("/api/v1/progress").raise_for_status().json()
    status = {i["id"]: i["status"] for i in progress["progress"]}
    asked = client.post("/api/v1/ask", json={"question": "合成率的目标是多少？"}).raise_for_status().json()
    counted = (
        client.post("/api/v1/query", json={"sql": "SELECT count(*) AS n FROM observations"}).raise_for_status().json()
    )
    versions = client.get("/api/v1/versions").raise_for_status().json()["versions"]
    assert {rows["version"], progress["version"], asked["version"], counted["version"]} == {rows["version"]}
    return (
        rows["version"],
        [r["value"] for r in rows["rows"]],
        status["synthetic_rate"],
        "50%" in asked["answer"],
        counted["rows"][0]["n"],
        len(versions),
    )


@pytest.mark.slow
def test_two_replicas_with_nothing_of_their_own_serve_one_publication_and_take_up_the_next(
    built: SyntheticProject, server: Server, tmp_path: Path
) -> None:
    first = push(built.settings.published, server.storage())
    with replica(server, tmp_path / "one") as one, replica(server, tmp_path / "two") as two:
        assert told(one) == told(two) == (first, [45.0], "not_met", True, 2, 1)

        built.correct()
        second = built.build().version
        assert push(built.settings.published, server.storage()) == second
        for client in (one, two):
            until(lambda c=client: c.get("/readyz").json()["version"], second)
            assert told(client) == (second, [46.0], "not_met", True, 2, 2)
            old = client.get("/api/v1/datasets/observations/rows", params={"version": first}).json()
            assert [r["value"] for r in old["rows"] if r["period"] == "2023"] == [45.0]
            assert client.get("/readyz").json()["problem"] is None


def test_a_storage_that_is_down_at_the_start_is_waited_for_and_told(built: SyntheticProject, tmp_path: Path) -> None:
    port = free_port()
    with replica(Server(f"http://127.0.0.1:{port}"), tmp_path / "one", alive) as client:
        start = time.monotonic()
        unready = client.get("/readyz")
        assert (unready.status_code, unready.headers["retry-after"]) == (503, "30")
        assert "连不上对象存储" in unready.json()["detail"]
        assert client.get("/api/v1/datasets").status_code == 503
        assert client.get("/").status_code == 200
        # Nobody's request waits for the storage.
        assert time.monotonic() - start < 5
        with serving(port) as server:
            version = push(built.settings.published, server.storage())
            until(lambda: healthy(client), True)
            assert told(client)[0] == version


def test_every_published_version_arrives_newest_first(two: tuple[SyntheticProject, str, str], server: Server) -> None:
    project, first, second = two
    push_of(project, first, server)
    push_of(project, second, server)
    publications = Publications(server.settings())
    assert publications.current().version == second
    assert publications.versions() == [second, first]
    assert publications.version(first).rows("SELECT count(*) AS n FROM sources") == [{"n": 1}]


def push_of(project: SyntheticProject, version: str, server: Server) -> None:
    (project.settings.published / CURRENT).write_text(version + "\n", "utf-8")
    push(project.settings.published, server.storage())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"published": "s3://no-such-bucket/city"},
            "对象存储 s3://no-such-bucket/city 里没有 CURRENT。请检查桶名和前缀；还没有上传过的话，"
            "请先运行 portal versions push s3://no-such-bucket/city。",
        ),
        (
            {"published": f"s3://{BUCKET}/another/"},
            f"对象存储 s3://{BUCKET}/another 里没有 CURRENT。请检查桶名和前缀；还没有上传过的话，"
            f"请先运行 portal versions push s3://{BUCKET}/another。",
        ),
        (
            {"s3_endpoint": "http://127.0.0.1:9"},
            f"连不上对象存储 {PUBLICATION}（IO Error: Could not connect to server error for HTTP HEAD to "
            f"'http://127.0.0.1:9/{BUCKET}/city/CURRENT'）。请检查 PORTAL_S3_ENDPOINT 和网络。",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_check(
    built: SyntheticProject, server: Server, given: dict[str, str], sentence: str
) -> None:
    push(built.settings.published, server.storage())
    with pytest.raises(PublicationError) as raised:
        Publications(server.settings(**given)).current()
    assert str(raised.value) == sentence


def test_a_key_that_is_not_taken_is_told_and_the_last_good_version_still_serves(
    built: SyntheticProject, server: Server
) -> None:
    version = push(built.settings.published, server.storage())
    publications = Publications(server.settings())
    publications.current()
    server.be_strict()
    sentence = f"对象存储 {PUBLICATION} 拒绝访问。请检查 PORTAL_S3_KEY_ID、PORTAL_S3_SECRET 和桶的权限。"
    with pytest.raises(PublicationError) as raised:
        Publications(server.settings()).current()
    assert str(raised.value) == sentence
    publications.refresh()
    assert publications.problem == sentence
    assert publications.current().version == version


def test_a_damaged_version_is_not_served_and_once_uploaded_again_it_is(
    two: tuple[SyntheticProject, str, str], server: Server
) -> None:
    project, first, second = two
    push_of(project, first, server)
    running = Publications(server.settings())
    assert running.current().version == first

    push_of(project, second, server)
    server.storage().write(f"{second}/observations.parquet", b"half a file")
    running.refresh()
    fresh = Publications(server.settings())
    sentence = f"{PUBLICATION}/{second}/observations.parquet 已损坏。请在发布的机器上运行 portal versions push {PUBLICATION} 重新上传。"
    for publications in (running, fresh):
        assert publications.current().version == first
        assert publications.problem == sentence

    push_of(project, second, server)
    for publications in (running, fresh):
        publications.refresh()
        assert publications.current().version == second
        assert publications.problem is None


@pytest.mark.parametrize("name", ["../../etc", "/etc", ".hidden", " "])
def test_a_name_that_leads_elsewhere_is_not_followed(built: SyntheticProject, server: Server, name: str) -> None:
    push(built.settings.published, server.storage())
    server.storage().write(CURRENT, name.encode())
    publications = Publications(server.settings())
    assert publications.current().version == current_version(built.settings.published)
    assert (
        publications.problem
        == f"对象存储 {PUBLICATION} 里的名字“{name.strip()}”不能用。请检查 CURRENT 和 manifest.json。"
    )


def test_a_version_that_is_not_whole_is_not_uploaded(two: tuple[SyntheticProject, str, str], server: Server) -> None:
    project, first, second = two
    push_of(project, first, server)
    (project.settings.published / second / "clauses.parquet").unlink()
    with pytest.raises(PublicationError, match=r"缺少文件 clauses\.parquet"):
        push_of(project, second, server)
    assert server.storage().current() == first
    assert server.storage().versions() == [first]


def test_without_a_version_there_is_nothing_to_upload(project: SyntheticProject, server: Server) -> None:
    with pytest.raises(PublicationError, match="请先运行 portal build。"):
        push(project.settings.published, server.storage())


def test_a_version_in_object_storage_is_gone_back_to(two: tuple[SyntheticProject, str, str], server: Server) -> None:
    project, first, second = two
    for version in (first, second):
        use(project.settings.published, version)
        push(project.settings.published, server.storage())
    publications = Publications(server.settings())
    try:
        assert publications.current().version == second
        use(PUBLICATION, first, server.storage())
        publications.refresh()
        assert publications.current().version == first
        with pytest.raises(PublicationError, match="没有版本 nothing"):
            use(PUBLICATION, "nothing", server.storage())
    finally:
        publications.close()


def test_nothing_is_built_or_deleted_in_object_storage(project: SyntheticProject, server: Server) -> None:
    settings = server.settings(corpus=project.corpus, datasets=project.datasets)
    sentence = (
        f"PORTAL_PUBLISHED 是对象存储 {PUBLICATION}，只能读取。"
        f"请改为文件夹，构建后用 portal versions push {PUBLICATION} 上传。"
    )
    for act in (
        lambda: build(settings),
        lambda: prune(settings.published, Policy(1), datetime.datetime.now(datetime.UTC)),
        lambda: push(settings.published, server.storage()),
    ):
        with pytest.raises(BuildError) as raised:
            act()
        assert raised.value.problems == [sentence]


@pytest.mark.parametrize("address", ["s3://", "s3://bucket//a", "s3://bucket/*", "s3://bucket/a?b", "https://host/a"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(ValidationError, match="应为文件夹，或 s3://桶名/前缀"):
        Settings(published=address)
    with pytest.raises(PublicationError, match="不是对象存储的地址。请写成 s3://桶名/前缀。"):
        ObjectStorage(address, Settings())


def test_the_command_uploads_the_current_version(built: SyntheticProject, server: Server) -> None:
    version = current_version(built.settings.published)
    environment = os.environ | {
        "PYTHONPATH": str(CHECKOUT),
        "PORTAL_PUBLISHED": str(built.settings.published),
        "PORTAL_S3_ENDPOINT": server.endpoint,
        "PORTAL_S3_KEY_ID": "key",
        "PORTAL_S3_SECRET": "secret",
    }
    run = subprocess.run(
        [*PORTAL, "versions", "push", f"{PUBLICATION}/"], env=environment, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, f"{version} 已上传到 {PUBLICATION}\n")
    assert server.storage().current() == version
