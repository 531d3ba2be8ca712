"""What every route starts from: the process's services, the published version asked for, its datasets."""

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Query, Request

from portal.api.problems import Problem, not_found
from portal.datasets.row_parameters import BadParameterError
from portal.publication.catalogue import Dataset
from portal.publication.manifest import PublicationError
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.errors import sentence
from portal.traffic.own_address import own_address

if TYPE_CHECKING:
    from portal.services import Services

PREFIX = "/api/v1"

Version = Annotated[str | None, Query(description="published version; the current one where absent")]


def services_of(request: Request) -> "Services":
    """The services of the process that answers the request."""
    return cast("Services", request.app.state.services())


def store_of(request: Request, version: str | None = None) -> Store:
    """The store of the version asked for.

    Raises:
        Problem: 404, there is no such version; 503, it is damaged.
        PublicationError: nothing is published.
    """
    publications = services_of(request).publications
    current = publications.current()
    if not version:
        return current
    try:
        return publications.version(version)
    except KeyError:
        raise not_found(sentence("missing.version", name=version[:80]), publications.versions()) from None
    except PublicationError:
        why = sentence("server.version_damaged", version=version, current=current.version)
        raise Problem(503, why) from None


def pinned(store: Store, version: str | None) -> dict[str, str]:
    """The parameter that keeps links within the version asked for; none where the current one was meant."""
    return {"version": store.version} if version else {}


def dataset_of(store: Store, dataset_id: str) -> Dataset:
    """A dataset by its id.

    Raises:
        Problem: 404, naming the datasets there are.
    """
    try:
        return store.dataset(dataset_id)
    except KeyError:
        known = (d.id for d in store.manifest.datasets)
        raise not_found(sentence("missing.dataset", name=dataset_id[:80]), known) from None


def base_url(request: Request) -> str:
    """The portal's own address, without a slash at the end."""
    return own_address(request.scope, settings().public_url)


async def known_parameters_only(request: Request) -> None:
    """Refuse a query parameter the route does not have: a slip of the pen would otherwise give back everything.

    Raises:
        BadParameterError: naming the parameters there are.
    """
    dependant = request.scope["route"].dependant
    known = [p.alias for p in dependant.query_params]
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise BadParameterError(name, value, sentence("parameter.unknown"), known)
