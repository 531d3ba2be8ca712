"""`portal build`: corpus and datasets become a published version."""

import datetime

import typer

from portal.commands import common


def build() -> None:
    """把 corpus 和 datasets 检查、计算、建索引，发布成一个新版本。"""
    from pipelines.build import build as run
    from pipelines.sources.documents import unreviewed
    from pipelines.sources.problems import BuildError

    _finish_publishing()
    try:
        with common.bars() as report:
            built = run(common.settings(), report)
    except BuildError as error:
        for problem in error.problems:
            common.notes.print(problem, markup=False, highlight=False, soft_wrap=True)
        common.notes.print(f"共 {len(error.problems)} 处问题，没有发布；原来的版本不变。", markup=False)
        raise typer.Exit(1) from None
    except OSError as error:
        common.fail(common.unusable(error, common.settings().published))
    for name in unreviewed(common.settings().corpus):
        common.notes.print(
            f"{name} 还没有人看过（{name}.toml 里 reviewed = false），没有发布。", markup=False, soft_wrap=True
        )
    typer.echo(f"{built.version} {'已发布' if built.changed else '没有变化'}")


def _finish_publishing() -> None:
    """Finish what a desk that was killed had begun to publish, so that half of a change is never built."""
    if common.settings().desk:
        from portal.desk.database import Database, DatabaseUnavailableError
        from portal.desk.publishing import Publishing

        try:
            Publishing(Database(common.settings()), common.settings()).recover(datetime.datetime.now(datetime.UTC))
        except DatabaseUnavailableError as away:
            common.fail(str(away))
