"""What an action's parameters name: a dataset, a resource, by id or by name; and what is told where there is none."""

from portal.api.ckan.identities import dataset_id, resource_id
from portal.api.ckan.parameters import InvalidError, Parameters
from portal.datasets.formats import Format, formats
from portal.publication.catalogue import Dataset
from portal.publication.store import Store
from portal.texts.errors import BilingualError, sentence


class NotFoundError(BilingualError):
    """What was asked for by name is not there."""


def asked(given: Parameters, *names: str) -> str:
    """The first of some parameters that is given.

    Raises:
        InvalidError: none of them is.
    """
    for name in names:
        if given.get(name):
            return str(given[name])
    raise InvalidError(names[0], sentence("rule.missing"))


def dataset_named(store: Store, given: Parameters) -> Dataset:
    """The dataset `id` names: its UUID or its name.

    Raises:
        NotFoundError: there is none.
    """
    wanted = asked(given, "id", "name_or_id")
    found = _called(store, wanted)
    if found is None:
        raise _no_dataset(store, wanted)
    return found


def resource_named(store: Store, wanted: str) -> tuple[Dataset, Format]:
    """The dataset and format of a resource: its UUID, or the dataset's name with the format's behind a dot.

    Raises:
        NotFoundError: there is none.
    """
    site = store.manifest.site
    for dataset in store.manifest.datasets:
        for kind in formats(dataset):
            if wanted in {f"{dataset.id}.{kind}", resource_id(site, dataset, kind)}:
                return dataset, kind
    raise NotFoundError(sentence("ckan.resource", name=wanted[:80]))


def table_named(store: Store, given: Parameters) -> Dataset:
    """The dataset whose rows are asked for: `resource_id`, or `id` as older clients write, names it or one of its resources.

    Raises:
        NotFoundError: there is none.
    """
    wanted = asked(given, "resource_id", "id")
    try:
        return _called(store, wanted) or resource_named(store, wanted)[0]
    except NotFoundError:
        raise _no_dataset(store, wanted) from None


def _called(store: Store, wanted: str) -> Dataset | None:
    """The dataset of a UUID or name."""
    site, known = store.manifest.site, store.manifest.datasets
    return next((d for d in known if wanted in {d.id, dataset_id(site, d)}), None)


def _no_dataset(store: Store, wanted: str) -> NotFoundError:
    return NotFoundError(sentence("ckan.dataset", name=wanted[:80], known=[d.id for d in store.manifest.datasets]))
