"""What a chart, an embed and a report cost: made for the first visitor of a version, handed out to the rest."""

from collections.abc import Iterator, Mapping

from tests.benchmarks.measuring import Measured, resident, serving, timed, wait

_PATHS = {
    "指标图 SVG": ("/chart/road_area_per_capita.svg", 3.0),
    "指标图 PNG": ("/chart/road_area_per_capita.png", 3.0),
    "嵌入页": ("/embed/road_area_per_capita", 3.0),
    "全部目标的报告": ("/report.pdf", 10.0),
}
_AGAIN_S = 0.25


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """Each for the first time and once more, and the memory all that has taken; the model is loaded before."""
    with serving(environment) as server:
        wait(server.process, lambda: server.client.get("/readyz").json()["encoder"] == "ready")
        before = resident(server.process.pid)
        for what, (path, first_s) in _PATHS.items():
            first = timed(lambda path=path: server.client.get(path).raise_for_status())  # type: ignore[misc]
            again = timed(lambda path=path: server.client.get(path).raise_for_status())  # type: ignore[misc]
            yield Measured(f"{what}，第一次", first, first_s, "s")
            yield Measured(f"{what}，再取", again, _AGAIN_S, "s")
        yield Measured("画图和排版多占的内存", resident(server.process.pid) - before, 0.4, "GB")
