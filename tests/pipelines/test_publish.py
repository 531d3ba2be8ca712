"""Publishing: whole or not at all, the same inputs under the same name, and readers never without a version."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.build import build
from pipelines.sources.problems import BuildError
from portal.publication.manifest import PublicationError, current_version, read_manifest, sha256
from portal.publication.publications import Publications
from portal.publication.store import Store
from portal.settings import Settings
from tests.synthetic import CHECKOUT, OBSERVATIONS, SOURCES, SyntheticProject

PORTAL = [sys.executable, "-c", "from portal.commands import main; main()"]


def due_value(store: Store) -> float | None:
    """The value the synthetic rate's status rests on: what tells one version from the next."""
    (row,) = store.rows("SELECT due_value FROM progress WHERE indicator = 'synthetic_rate'")
    return row["due_value"]


def change(project: SyntheticProject, value: float) -> None:
    """Give the synthetic rate another value for the due year."""
    project.write("observations", [OBSERVATIONS[0], OBSERVATIONS[1] | {"value": value, "value_text": str(value)}])


def leftovers(published: Path) -> list[str]:
    """What an unfinished build leaves in the published folder."""
    return sorted(p.name for p in published.iterdir() if p.name.startswith((".building-", ".CURRENT")))


def environment(project: SyntheticProject) -> dict[str, str]:
    """The environment under which the `portal` command works on a project."""
    return os.environ | {
        "PORTAL_CORPUS": str(project.corpus),
        "PORTAL_DATASETS": str(project.datasets),
        "PORTAL_PUBLISHED": str(project.settings.published),
    }


def test_a_version_is_one_zstd_parquet_file_a_table_and_a_manifest_that_lists_them(project: SyntheticProject) -> None:
    version = project.build().version
    folder = project.settings.published / version
    manifest = read_manifest(folder)
    assert manifest.version == version == current_version(project.settings.published)
    assert sorted(f.table for f in manifest.files) == [
        "background_figures",
        "clauses",
        "districts",
        "document_references",
        "documents",
        "indicators",
        "observations",
        "passages",
        "places",
        "progress",
        "projects",
        "reading_models",
        "reading_terms",
        "sentences",
        "sources",
    ]
    assert sorted(p.name for p in folder.iterdir()) == sorted(["manifest.json", *(f.path for f in manifest.files)])
    for file in manifest.files:
        path = folder / file.path
        parquet = pq.ParquetFile(path)
        assert not file.rows or parquet.metadata.row_group(0).column(0).compression == "ZSTD"
        assert (file.rows, file.bytes, file.sha256) == (parquet.metadata.num_rows, path.stat().st_size, sha256(path))
        assert list(file.columns) == parquet.schema_arrow.names
    (embedding,) = {len(v) for v in pq.read_table(folder / "passages.parquet")["embedding"].to_pylist()}
    assert embedding == 384
    assert manifest.inputs["corpus/synthetic-plan.txt"] == sha256(project.plan)
    assert manifest.inputs["datasets/observations/data.csv"] == sha256(project.data("observations"))
    assert manifest.site.city == "合成市"


def test_the_same_inputs_give_the_same_version_and_the_same_bytes_anywhere(tmp_path: Path) -> None:
    one, other = SyntheticProject(tmp_path / "one"), SyntheticProject(tmp_path / "other")
    version = one.build().version
    assert other.build().version == version
    first, second = (read_manifest(p.settings.published / version).files for p in (one, other))
    assert first == second


def test_an_unchanged_build_does_nothing(built: SyntheticProject) -> None:
    version = current_version(built.settings.published)
    touched = {p: p.stat().st_mtime_ns for p in built.settings.published.rglob("*") if p.name != ".lock"}
    again = built.build()
    assert (again.version, again.changed) == (version, False)
    assert {p: p.stat().st_mtime_ns for p in built.settings.published.rglob("*") if p.name != ".lock"} == touched


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("datasets/observations/data.csv", b",40,40,", b",41,40,"),
        ("datasets/sources/dataset.toml", b"[[columns]]", b"[[columns]] "),
        ("corpus/site.toml", b'hotline = "00000"', b'hotline = "00001"'),
        ("corpus/synthetic-plan.txt", "。\n二、".encode(), "！\n二、".encode()),
    ],
)
def test_a_byte_of_any_input_makes_another_version(built: SyntheticProject, path: str, old: bytes, new: bytes) -> None:
    before = current_version(built.settings.published)
    file = built.root / path
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new, 1))
    after = built.build()
    assert after.changed
    assert after.version != before
    assert current_version(built.settings.published) == after.version


def test_going_back_to_earlier_inputs_goes_back_to_the_earlier_version(built: SyntheticProject) -> None:
    first = current_version(built.settings.published)
    change(built, 55)
    assert built.build().version != first
    built.write("observations", OBSERVATIONS)
    again = built.build()
    assert (again.version, again.changed) == (first, False)
    assert current_version(built.settings.published) == first


@pytest.mark.slow
def test_a_build_killed_at_any_step_leaves_a_whole_version_and_the_next_one_cleans_up(
    built: SyntheticProject,
) -> None:
    old = current_version(built.settings.published)
    change(built, 55)
    states = built.root / "states"
    run = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("crashing_build.py")), str(built.root), str(states)],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    )
    steps = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(steps) >= 20
    assert any(s.startswith("os.rename .building-") for s in steps)
    assert any(s.startswith("os.rename .CURRENT.new") for s in steps)
    new = built.build().version
    served = []
    for number in range(len(steps)):
        settings = built.settings.model_copy(update={"published": states / str(number)})
        publications = Publications(settings)
        store = publications.current()
        assert publications.problem is None
        served.append(store.version)
        assert due_value(store) == (45.0 if store.version == old else 55.0)
        assert build(settings).version == new
        assert leftovers(settings.published) == []
        assert due_value(publications.current()) == 55.0
    switched = next(n for n, s in enumerate(steps) if s.startswith("os.rename .CURRENT.new"))
    assert set(served[: switched + 1]) == {old}
    assert set(served[switched + 1 :]) == {new}


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["0.2 s", "0.7 s", "writing"])
def test_a_killed_build_command_leaves_the_old_version_serving(built: SyntheticProject, moment: str) -> None:
    old = current_version(built.settings.published)
    change(built, 55)
    # Many rows keep it writing long enough to be caught at it.
    built.write("sources", [SOURCES[0] | {"id": f"synthetic-{n}"} for n in range(60_000)] + SOURCES)
    published = built.settings.published
    process = subprocess.Popen([*PORTAL, "build"], env=environment(built), stderr=subprocess.DEVNULL)
    if moment == "writing":
        deadline = time.monotonic() + 60
        while not leftovers(published):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.001)
    else:
        time.sleep(float(moment.removesuffix(" s")))
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert bool(leftovers(published)) == (moment == "writing")

    publications = Publications(built.settings)
    assert publications.current().version == old
    assert due_value(publications.current()) == 45.0
    assert built.build().changed
    assert leftovers(published) == []
    assert due_value(publications.current()) == 55.0


@pytest.mark.slow
def test_readers_take_up_new_versions_without_a_failed_request(built: SyntheticProject) -> None:
    publications = Publications(built.settings)
    seen: list[float | None] = []
    failed: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.append(due_value(publications.current()))
            except Exception as error:
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    values = [51.0, 52.0, 53.0, 54.0, 55.0]
    for value in values:
        change(built, value)
        built.build()
        deadline = time.monotonic() + 30
        while value not in seen and time.monotonic() < deadline:
            time.sleep(0.01)
    done.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert list(dict.fromkeys(seen[-3:])) == [55.0]
    assert set(seen) >= set(values)


def test_a_reader_keeps_the_version_it_opened(built: SyntheticProject) -> None:
    publications = Publications(built.settings)
    opened = publications.current()
    change(built, 55)
    built.build()
    assert due_value(publications.current()) == 55.0
    assert due_value(opened) == 45.0


def test_builds_at_once_wait_for_each_other(built: SyntheticProject) -> None:
    change(built, 55)
    commands = [
        subprocess.Popen([*PORTAL, "build"], env=environment(built), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    said = sorted(c.communicate(timeout=60)[0].decode().split()[1] for c in commands)
    assert [c.returncode for c in commands] == [0, 0]
    assert said == ["已发布", "没有变化"]
    assert leftovers(built.settings.published) == []


# Bad input: nothing is published, and what was published before still serves.


def not_published(project: SyntheticProject) -> list[str]:
    """The problems of a build that has to fail, after making sure that the version before it still serves."""
    before = current_version(project.settings.published)
    with pytest.raises(BuildError) as raised:
        project.build()
    publications = Publications(project.settings)
    assert publications.current().version == before
    assert publications.problem is None
    assert due_value(publications.current()) == 45.0
    assert leftovers(project.settings.published) == []
    assert len([p for p in project.settings.published.iterdir() if p.is_dir()]) == 1
    return raised.value.problems


def test_a_broken_row_publishes_nothing(built: SyntheticProject) -> None:
    built.replace(built.data("observations"), "2023,2023-01-01,2023-12-31,45,", "2023,2023-01-01,2023-12-31,many,")
    assert not_published(built) == [f"{built.data('observations')} 第 3 行 value 列，值“many”：不是数字"]


def test_a_quote_that_is_not_in_its_clause_publishes_nothing(built: SyntheticProject) -> None:
    built.replace(built.plan, "合成率达到50%", "合成率要达到50%")
    assert not_published(built) == [
        f"{built.data('indicators')} 第 2 行 quote 列，值“合成率达到50%”：不是条款 1 的原文"
    ]


def test_a_document_that_is_not_utf_8_publishes_nothing(built: SyntheticProject) -> None:
    built.plan.write_bytes(built.plan.read_text("utf-8").encode("gb18030"))
    assert not_published(built) == [f"{built.plan}：不是 UTF-8 文本（第 1 个字节读不出）。请另存为 UTF-8 后重试。"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("site.toml", 'title = "合成门户"\n', "：title_en：必填，没有写"),
        ("site.toml", "title = \n", "：不是有效的 TOML（"),
        ("site.toml", None, "：缺少这个文件。"),
        ("vocabulary.toml", '[glossary]\n"(" = "合成"\n', "：glossary：“(”不是有效的正则表达式（"),
        ("vocabulary.toml", '[synonym]\n"合成" = ["假"]\n', "：synonym：不认识这一项，请检查拼写"),
        ("synthetic-plan.toml", 'id = "synthetic-plan"\n', "：title：必填，没有写"),
    ],
)
def test_a_wrong_description_in_the_corpus_publishes_nothing(
    built: SyntheticProject, name: str, content: str | None, told: str
) -> None:
    path = built.corpus / name
    path.unlink() if content is None else path.write_text(content, "utf-8")
    problems = not_published(built)
    assert problems[0].startswith(str(path))
    assert told in problems[0]


def test_a_plan_the_site_names_and_the_corpus_lacks_is_told(built: SyntheticProject) -> None:
    built.replace(built.corpus / "site.toml", 'plan = "synthetic-plan"', 'plan = "another-plan"')
    (problem,) = not_published(built)
    assert problem == (
        f"{built.corpus / 'site.toml'}：plan：corpus 里没有编号为 another-plan 的文件，现有 synthetic-plan。"
    )


def test_two_documents_of_one_id_are_told(built: SyntheticProject) -> None:
    for suffix in (".txt", ".toml"):
        shutil.copy(built.plan.with_suffix(suffix), built.corpus / f"synthetic-copy{suffix}")
    (problem,) = not_published(built)
    assert problem == f"{built.corpus}：有 2 个文件的编号都是 synthetic-plan，请给它们不同的 id。"


@pytest.mark.parametrize(
    "name", ["indicators", "observations", "progress", "clauses", "sentences", "sources", "projects", "places"]
)
def test_a_dataset_the_portal_cannot_do_without_is_told(built: SyntheticProject, name: str) -> None:
    shutil.rmtree(built.datasets / name)
    assert f"{built.datasets}：缺少数据集 {name}（{name}/dataset.toml）。" in not_published(built)


def test_no_version_at_all_is_a_sentence(project: SyntheticProject) -> None:
    with pytest.raises(PublicationError) as raised:
        Publications(project.settings).current()
    assert str(raised.value) == f"{project.settings.published} 里还没有发布版本。请先运行 portal build。"


def damage(path: Path) -> None:
    """Turn over one byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def test_a_damaged_table_is_told_and_the_last_good_version_serves(built: SyntheticProject) -> None:
    good = current_version(built.settings.published)
    change(built, 55)
    bad = built.build().version
    damage(built.settings.published / bad / "progress.parquet")
    publications = Publications(built.settings)
    assert publications.current().version == good
    assert due_value(publications.current()) == 45.0
    assert publications.problem == (
        f"发布版本 {bad} 的文件 progress.parquet 与清单的校验值不符，可能已损坏。请运行 portal build 重新发布。"
    )
    rebuilt = built.build()
    assert (rebuilt.version, rebuilt.changed) == (bad, True)
    assert due_value(Publications(built.settings).current()) == 55.0


def test_a_running_reader_leaves_a_damaged_version_as_soon_as_it_is_mended(built: SyntheticProject) -> None:
    publications = Publications(built.settings)
    assert due_value(publications.current()) == 45.0
    change(built, 55)
    version = built.build().version
    damage(built.settings.published / version / "progress.parquet")
    assert due_value(publications.current()) == 45.0
    assert publications.problem is not None
    built.build()
    assert due_value(publications.current()) == 55.0
    assert publications.problem is None


@pytest.mark.parametrize("name", ["manifest.json", "clauses.parquet"])
def test_a_missing_file_of_the_only_version_is_a_sentence(built: SyntheticProject, name: str) -> None:
    version = current_version(built.settings.published)
    (built.settings.published / version / name).unlink()
    with pytest.raises(PublicationError) as raised:
        Publications(built.settings).current()
    assert version in str(raised.value)
    assert "请运行 portal build" in str(raised.value)
    assert built.build().changed
    assert due_value(Publications(built.settings).current()) == 45.0


def test_a_lost_current_file_is_told_and_the_newest_version_serves(built: SyntheticProject) -> None:
    version = current_version(built.settings.published)
    current = built.settings.published / "CURRENT"
    current.unlink()
    publications = Publications(built.settings)
    assert publications.current().version == version
    assert publications.problem == f"{current} 缺失，正在使用最近一次的发布版本。请运行 portal build。"


def test_the_real_corpus_and_datasets_keep_every_rule(published: Settings, store: Store) -> None:
    assert current_version(published.published) == store.version
    tables = {f.table: f.rows for f in store.manifest.files}
    assert (tables["clauses"], tables["indicators"]) == (43, 52)
    assert tables["passages"] >= tables["sentences"] >= 150
    assert tables["progress"] == tables["indicators"]
