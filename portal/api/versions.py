"""Published versions: which there are, and two of them row by row."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from portal.api.http import json_response
from portal.api.shared import PREFIX, dataset_of, known_parameters_only, services_of, store_of
from portal.publication.editions import editions
from portal.publication.versions import LISTED, DatasetDiff, VersionEntry, diff, history

router = APIRouter(prefix=PREFIX, tags=["发布版本"], dependencies=[Depends(known_parameters_only)])

Id = Annotated[str, Path(description="published version")]


class VersionList(BaseModel):
    """The versions on disk, newest first; `current` is the one served where none is named."""

    current: str
    versions: list[VersionEntry]


class VersionDiff(BaseModel):
    """What differs between two versions; a dataset that is alike in both is not listed."""

    before: str
    after: str
    datasets: list[DatasetDiff]


@router.get("/versions", summary="所有发布版本", response_model=VersionList)
def list_versions(request: Request) -> Response:
    """Each version with what it changed and the reasons its datasets' changelogs give; any can be read with `?version=`."""
    publications = services_of(request).publications
    store = publications.current()
    entries = history(editions(publications.published), store.version)
    return json_response(
        request, {"current": store.version, "versions": [e.model_dump(mode="json") for e in entries]}, store
    )


@router.get("/versions/{before}/diff/{after}", summary="两个版本逐行比较", response_model=VersionDiff)
def compare_versions(
    request: Request,
    before: Id,
    after: Id,
    dataset: Annotated[str | None, Query(description="this dataset only")] = None,
    limit: Annotated[int, Query(ge=0, le=10_000, description="rows listed at most, of each kind a dataset")] = LISTED,
) -> Response:
    """Rows added, removed and changed in every dataset, matched by primary key, with the changelogs' reasons."""
    old, new = store_of(request, before), store_of(request, after)
    if dataset is not None and dataset not in {d.id for d in old.manifest.datasets}:
        dataset_of(new, dataset)
    found = diff(old, new, dataset, limit)
    content = {
        "before": old.version,
        "after": new.version,
        "datasets": [d.model_dump(mode="json") for d in found],
    }
    return json_response(request, content, new)
