"""Old versions are taken out of object storage by the same policy as from a disk; what is served, and what a policy keeps, stays."""

import datetime
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

import portal.commands
from pipelines.pruning import Policy, prune_stored
from pipelines.publish import push, use
from portal.publication.manifest import MANIFEST, PublicationError
from portal.publication.object_removal import StoredVersions
from portal.publication.publications import Publications
from tests.portal.s3_server import PUBLICATION, Server, serving
from tests.synthetic import SyntheticProject

# Later than anything the tests publish.
NOW = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@pytest.fixture
def pushed(two: tuple[SyntheticProject, str, str], server: Server) -> tuple[str, str]:
    """Two versions in the storage, the second the current one."""
    project, first, second = two
    for version in (first, second):
        use(project.settings.published, version)
        push(project.settings.published, server.storage())
    return first, second


def stored(server: Server) -> StoredVersions:
    return StoredVersions(PUBLICATION, server.settings())


def test_what_a_policy_does_not_keep_is_deleted_whole_and_told_before(pushed: tuple[str, str], server: Server) -> None:
    first, second = pushed
    there = (server.storage(), stored(server))
    running = Publications(server.settings())
    assert running.current().version == second
    assert prune_stored(*there, Policy(1), NOW, only_tell=True) == [first]
    assert sorted(server.storage().versions()) == sorted(pushed)
    assert prune_stored(*there, Policy(1), NOW) == [first]
    assert server.storage().versions() == [second]
    with pytest.raises(PublicationError):
        server.storage().read(f"{first}/observations.parquet")
    # It goes on with what it has, and another begins with what is there.
    assert running.version(first).version == first
    another = Publications(server.settings())
    assert another.current().version == second
    assert another.versions() == [second]
    assert prune_stored(*there, Policy(1), NOW) == []


def test_the_one_that_was_gone_back_to_and_what_days_and_months_keep_stay(
    pushed: tuple[str, str], server: Server
) -> None:
    first, second = pushed
    there = (server.storage(), stored(server))
    assert prune_stored(*there, Policy(1, days=30), NOW) == []
    use("", first, server.storage())
    later = NOW + datetime.timedelta(days=40)
    assert prune_stored(*there, Policy(1, days=30), later) == [second]
    assert server.storage().versions() == [first]
    assert Publications(server.settings()).current().version == first


def test_one_whose_manifest_cannot_be_read_goes_by_its_file(pushed: tuple[str, str], server: Server) -> None:
    first, _ = pushed
    server.storage().write(f"{first}/{MANIFEST}", b"no manifest")
    there = (server.storage(), stored(server))
    assert prune_stored(*there, Policy(1, days=30), NOW) == []
    assert prune_stored(*there, Policy(1), NOW) == [first]


def test_the_command_prunes_there(pushed: tuple[str, str], server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = pushed
    monkeypatch.setattr(portal.commands.common, "settings", server.settings)
    run = CliRunner()
    assert (
        run.invoke(portal.commands.app, ["versions", "prune", "--keep", "1", "--dry-run"]).stdout == f"{first} 会删去\n"
    )
    assert run.invoke(portal.commands.app, ["versions", "prune", "--keep", "1"]).stdout == f"{first} 已删去\n"


def test_a_key_that_may_not_list_is_told_with_what_to_do(pushed: tuple[str, str], server: Server) -> None:
    server.be_strict()
    with pytest.raises(PublicationError, match="密钥要能列出和删除"):
        stored(server).written()
    with pytest.raises(PublicationError, match="密钥要能列出和删除"):
        stored(server).remove(pushed[0])
