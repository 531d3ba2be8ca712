"""Versions stay side by side: any can be opened, two can be told apart row by row, old ones are pruned, the current one never."""

import datetime
import json
import os
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import portal.commands.common
from pipelines.pruning import Policy, prune
from pipelines.publish import use
from portal.api.app import create_api
from portal.publication.editions import editions
from portal.publication.manifest import MANIFEST, PublicationError, versions
from portal.publication.publications import Publications
from portal.publication.store import Store
from portal.publication.versions import diff, history
from tests.portal.api.conftest import services_for
from tests.synthetic import SOURCES, SyntheticProject

NOW = datetime.datetime(2027, 1, 15, tzinfo=datetime.UTC)


@pytest.fixture
def year(tmp_path: Path, city: Store) -> Path:
    """A folder with the manifests of 365 synthetic versions, each a day later than the one before."""
    manifest = json.loads((city.folder / MANIFEST).read_text("utf-8"))
    for day in range(365):
        created = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(days=day)
        folder = tmp_path / "published" / f"synthetic-{day}"
        folder.mkdir(parents=True)
        described = manifest | {"version": folder.name, "created": created.isoformat()}
        (folder / MANIFEST).write_text(json.dumps(described), "utf-8")
    return tmp_path / "published"


def test_a_year_of_versions_is_listed_without_being_read_again(year: Path) -> None:
    known = editions(year)
    assert (len(known), known[0].version, known[-1].version) == (365, "synthetic-364", "synthetic-0")
    start = time.process_time()
    for _ in range(3):
        assert len(history(editions(year), "synthetic-364")) == 365
    # It was more than a second each.
    assert (time.process_time() - start) / 3 < 0.5


def test_a_manifest_that_was_replaced_is_read_again_and_one_that_is_broken_left_out(
    two: tuple[SyntheticProject, str, str],
) -> None:
    project, first, second = two
    published = project.settings.published
    assert [e.version for e in editions(published)] == [second, first]
    file = published / first / MANIFEST
    file.write_text("{", "utf-8")
    os.utime(file, ns=(1, 1))
    assert [e.version for e in editions(published)] == [second]


@pytest.fixture
def client(two: tuple[SyntheticProject, str, str]) -> TestClient:
    services = services_for(two[0].settings)
    return TestClient(create_api(lambda: services), base_url="http://portal.test", raise_server_exceptions=False)


def test_rows_are_told_apart_by_their_primary_key(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, second = two
    publications = Publications(project.settings)
    found = {d.dataset: d for d in diff(publications.version(first), publications.version(second))}
    assert list(found) == ["observations", "progress", "sources"]
    changed = found["observations"]
    assert (changed.rows_before, changed.rows_after, changed.primary_key) == (2, 2, ["id"])
    assert [r["id"] for r in changed.added] == ["synthetic_rate-2022"]
    assert [r["id"] for r in changed.removed] == ["synthetic_rate-2020"]
    assert [(r.key, r.changes) for r in changed.changed] == [
        (
            {"id": "synthetic_rate-2023"},
            {"value": {"before": 45.0, "after": 46.0}, "value_text": {"before": "45", "after": "46"}},
        )
    ]
    assert [(r.date, r.reason) for r in changed.reasons] == [("2026-11-23", "合成更正：2023年的数改为46")]
    assert (found["sources"].added_count, found["sources"].removed_count, found["sources"].changed_count) == (1, 0, 0)
    assert found["sources"].reasons == []


def test_the_same_comparison_the_other_way_round_swaps_added_and_removed(
    two: tuple[SyntheticProject, str, str],
) -> None:
    project, first, second = two
    publications = Publications(project.settings)
    (found,) = diff(publications.version(second), publications.version(first), "sources")
    assert (found.added_count, found.removed_count) == (0, 1)


def test_rows_of_another_primary_key_are_not_compared_and_both_languages_say_why(
    two: tuple[SyntheticProject, str, str],
) -> None:
    project, first, second = two
    manifest = Path(project.settings.published) / first / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    next(d for d in told["datasets"] if d["id"] == "observations")["primary_key"] = ["indicator", "period"]
    manifest.write_text(json.dumps(told), "utf-8")
    publications = Publications(project.settings)
    (found,) = diff(publications.version(first), publications.version(second), "observations")
    assert (found.problem, found.problem_en) == (
        "主键由“indicator、period”改为“id”，不能逐行比较。",
        "The primary key changed from “indicator, period” to “id”: rows cannot be matched one by one.",
    )
    assert (found.added, found.removed, found.changed) == ([], [], [])


def test_a_list_stops_at_the_limit_and_says_so_while_counts_do_not(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, second = two
    publications = Publications(project.settings)
    (found,) = diff(publications.version(first), publications.version(second), "observations", limit=0)
    assert (found.added_count, found.removed_count, found.changed_count) == (1, 1, 1)
    assert (found.added, found.removed, found.changed, found.truncated) == ([], [], [], True)


def test_columns_and_datasets_that_come_and_go_are_named(two: tuple[SyntheticProject, str, str]) -> None:
    project, _, second = two
    description = project.datasets / "sources" / "dataset.toml"
    text = description.read_text("utf-8")
    description.write_text(
        text + '\n[[columns]]\nname = "synthetic"\ntype = "string"\ntitle_zh = "合成"\ntitle_en = "Synthetic"\n',
        "utf-8",
    )
    project.write("sources", [*SOURCES, {**SOURCES[0], "id": "synthetic-source-2"}])
    extra = project.datasets / "synthetic-extra"
    extra.mkdir()
    extra.joinpath("dataset.toml").write_text(text.replace('id = "sources"', 'id = "synthetic-extra"'), "utf-8")
    project.write("synthetic-extra", SOURCES)
    third = project.build().version
    publications = Publications(project.settings)
    found = {d.dataset: d for d in diff(publications.version(second), publications.version(third))}
    assert list(found) == ["sources", "synthetic-extra"]
    assert (found["sources"].columns_added, found["sources"].changed_count) == (["synthetic"], 0)
    assert (found["synthetic-extra"].change, found["synthetic-extra"].added_count) == ("added", 1)
    back = {d.dataset: d for d in diff(publications.version(third), publications.version(second))}
    assert back["sources"].columns_removed == ["synthetic"]
    assert (back["synthetic-extra"].change, back["synthetic-extra"].removed_count) == ("removed", 1)


def test_each_version_says_what_it_changed_and_why(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, second = two
    newest, oldest = history(editions(project.settings.published), second)
    assert (newest.version, newest.current, oldest.version, oldest.current) == (second, True, first, False)
    assert [(c.dataset, c.change, c.rows_before, c.rows_after) for c in newest.changed] == [
        ("observations", "changed", 2, 2),
        ("progress", "changed", 2, 2),
        ("sources", "changed", 1, 2),
    ]
    assert [(r.dataset, r.reason) for r in newest.reasons] == [("observations", "合成更正：2023年的数改为46")]
    assert {c.change for c in oldest.changed} == {"added"}
    assert {(r.date, r.reason) for r in oldest.reasons} == {("2026-11-22", "首次发布")}


def test_an_old_version_is_read_by_its_id(client: TestClient, two: tuple[SyntheticProject, str, str]) -> None:
    _, first, second = two
    url = "/api/v1/datasets/observations/rows?filter.id=synthetic_rate-2023&select=value&version="
    assert client.get(url + first).json()["rows"] == [{"value": 45.0}]
    assert client.get(url + second).json()["rows"] == [{"value": 46.0}]
    csv = "/api/v1/datasets/observations.csv?select=id,value&version="
    assert client.get(csv + first).text == "id,value\nsynthetic_rate-2020,40\nsynthetic_rate-2023,45\n"
    assert client.get(csv + second).text == "id,value\nsynthetic_rate-2023,46\nsynthetic_rate-2022,45\n"
    assert client.get("/api/v1/datasets/sources?version=" + first).json()["rows"] == 1


def test_links_stay_within_the_version_asked_for(client: TestClient, two: tuple[SyntheticProject, str, str]) -> None:
    _, first, second = two
    entry = client.get(f"/api/v1/datasets/sources?version={first}").json()
    base = "http://portal.test/api/v1/datasets/sources"
    assert entry["url"] == f"{base}?version={first}"
    assert entry["rows_url"] == f"{base}/rows?version={first}"
    assert entry["page_url"] == f"http://portal.test/data?dataset=sources&version={first}"
    assert entry["distributions"][0]["url"] == f"{base}.csv?version={first}"
    page = client.get("/api/v1/datasets/observations/rows?limit=1").json()
    assert page["next"] == (f"http://portal.test/api/v1/datasets/observations/rows?offset=1&limit=1&version={second}")


def test_a_reader_turning_pages_is_not_moved_to_a_version_published_meanwhile(
    client: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    project, _, _ = two
    following = client.get("/api/v1/datasets/observations/rows?limit=1").json()["next"]
    project.write("observations", [])
    project.build()
    assert client.get("/api/v1/datasets/observations/rows").json()["total"] == 0
    assert [r["id"] for r in client.get(following).json()["rows"]] == ["synthetic_rate-2022"]


def test_the_versions_and_their_difference_over_http(
    client: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    _, first, second = two
    listed = client.get("/api/v1/versions").json()
    assert (listed["current"], [v["version"] for v in listed["versions"]]) == (second, [second, first])
    found = client.get(f"/api/v1/versions/{first}/diff/{second}?dataset=observations").json()
    assert [d["dataset"] for d in found["datasets"]] == ["observations"]
    assert found["datasets"][0]["changed"][0]["changes"]["value"] == {"before": 45.0, "after": 46.0}
    assert found["datasets"][0]["added"][0]["period_end"] == "2022-12-31"
    assert client.get(f"/api/v1/versions/{first}/diff/{first}").json()["datasets"] == []


@pytest.mark.parametrize("wanted", ["nope", "..", "../published", ".lock", "CURRENT", "/etc"])
def test_a_version_that_is_none_is_a_404_that_names_those_there_are(
    client: TestClient, two: tuple[SyntheticProject, str, str], wanted: str
) -> None:
    _, first, second = two
    reply = client.get("/api/v1/datasets", params={"version": wanted})
    assert reply.status_code == 404
    assert reply.json()["detail"] == f"没有发布版本“{wanted}”。现有：{second}、{first}。"


def test_a_damaged_old_version_is_told_and_the_current_one_serves_on(
    client: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    project, first, second = two
    (project.settings.published / first / "clauses.parquet").write_bytes(b"synthetic damage")
    reply = client.get(f"/api/v1/datasets?version={first}")
    assert reply.status_code == 503
    assert reply.json()["detail"] == f"发布版本 {first} 的文件已损坏，打不开。当前版本是 {second}。"
    assert client.get("/api/v1/datasets").status_code == 200
    with pytest.raises(PublicationError):
        Publications(project.settings).version(first)


def test_only_a_few_older_versions_are_open_at_once(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, second = two
    project.write("sources", SOURCES)
    third = project.build().version
    publications = Publications(project.settings, kept=1)
    opened = publications.version(first)
    assert publications.version(first) is opened
    publications.version(second)
    assert publications.version(first) is not opened
    assert opened.rows("SELECT count(*) AS n FROM sources") == [{"n": 1}]
    assert publications.version(third) is publications.current()


def test_pruning_leaves_the_newest_and_never_takes_the_current_one(
    two: tuple[SyntheticProject, str, str], tmp_path: Path
) -> None:
    project, first, second = two
    published = project.settings.published
    assert prune(published, Policy(2), NOW) == []
    # The older one is made current again: it is left, though it is not the newest.
    (published / "CURRENT").write_text(first + "\n", "utf-8")
    assert prune(published, Policy(1), NOW) == [second]
    assert versions(published) == [first]
    assert prune(published, Policy(0), NOW) == []
    assert not list(published.glob(".building-*"))


def test_a_pruned_version_is_gone_for_a_running_portal(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, _ = two
    publications = Publications(project.settings)
    publications.version(first)
    prune(project.settings.published, Policy(1), NOW)
    with pytest.raises(KeyError):
        publications.version(first)


def test_the_command_lists_and_prunes(two: tuple[SyntheticProject, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    project, first, second = two
    monkeypatch.setattr(portal.commands.common, "settings", lambda: project.settings)
    monkeypatch.setenv("COLUMNS", "120")
    listed = CliRunner().invoke(portal.commands.app, ["versions", "list"]).stdout
    assert f"{second}（当前）" in listed
    assert "observations、progress、sources" in listed
    assert listed.index(second) < listed.index(first)
    assert CliRunner().invoke(portal.commands.app, ["versions", "prune", "--keep", "1"]).stdout == f"{first} 已删去\n"
    assert CliRunner().invoke(portal.commands.app, ["versions", "prune"]).exit_code == 2


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        (Policy(1), ["synthetic-364"]),
        (Policy(3), ["synthetic-364", "synthetic-363", "synthetic-362"]),
        # 2027-01-15 less 20 days is 26 December, the 359th day after 1 January.
        (Policy(1, days=20), [f"synthetic-{n}" for n in range(364, 358, -1)]),
        # January has none yet; of December, November and October the last each.
        (Policy(1, months=4), ["synthetic-364", "synthetic-333", "synthetic-303"]),
        (Policy(2, days=19, months=3), [*(f"synthetic-{n}" for n in range(364, 359, -1)), "synthetic-333"]),
    ],
)
def test_a_policy_keeps_the_newest_the_young_and_the_last_of_each_month(
    year: Path, policy: Policy, left: list[str]
) -> None:
    told = prune(year, policy, NOW, only_tell=True)
    assert len(versions(year)) == 365
    assert prune(year, policy, NOW) == told
    assert [e.version for e in editions(year)] == left


def test_what_is_served_stays_however_old_it_is_and_a_broken_manifest_goes_by_its_file(year: Path) -> None:
    (year / "CURRENT").write_text("synthetic-5\n")
    (year / "synthetic-7" / MANIFEST).write_text("{")
    os.utime(year / "synthetic-7" / MANIFEST, times=(NOW.timestamp(),) * 2)
    prune(year, Policy(2), NOW)
    assert set(versions(year)) == {"synthetic-5", "synthetic-7"}


def test_a_version_is_gone_back_to_and_a_running_portal_follows(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, second = two
    publications = Publications(project.settings)
    assert publications.current().version == second
    use(project.settings.published, first)
    assert publications.current().version == first
    assert {r["n"] for r in publications.current().rows("SELECT count(*) AS n FROM sources")} == {1}
    use(project.settings.published, second)
    assert publications.current().version == second
    # A build publishes what the files say, whichever version was gone back to.
    use(project.settings.published, first)
    assert project.build().version == second == publications.current().version


def test_only_a_whole_version_that_is_there_is_gone_back_to(
    two: tuple[SyntheticProject, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, first, second = two
    published = Path(project.settings.published)
    with pytest.raises(PublicationError, match=f"没有版本 nothing。有：{second}、{first}。"):
        use(published, "nothing")
    with pytest.raises(PublicationError, match="没有版本"):
        use(published, f"../{published.name}/{first}")
    (published / first / "sources.parquet").write_bytes(b"PAR1")
    with pytest.raises(PublicationError, match=r"sources\.parquet"):
        use(published, first)
    assert Publications(project.settings).current().version == second
    monkeypatch.setattr(portal.commands.common, "settings", lambda: project.settings)
    done = CliRunner().invoke(portal.commands.app, ["versions", "use", second])
    assert (done.exit_code, done.stdout.startswith(f"{second} 已换用。")) == (0, True)
    assert CliRunner().invoke(portal.commands.app, ["versions", "use", first]).exit_code == 1


def test_the_feed_says_what_a_version_changed_in_either_language(client: TestClient) -> None:
    assert "相比有变化的数据集：指标观测值、" in client.get("/feed.atom").text
    feed = client.get("/feed.atom?lang=en").text
    assert "published versions of the data</title>" in feed
    assert "Datasets that differ from" in feed
    assert ": Observations of the plan’s indicators, " in feed
    assert client.get("/feed.atom?lang=fr").status_code == 400
