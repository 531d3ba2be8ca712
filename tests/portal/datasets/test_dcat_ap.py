"""The catalogue is valid DCAT-AP 3: checked with the shapes its authors publish, in every form it is written in."""

from pathlib import Path

import pyshacl
import pytest
import rdflib
from pydantic import ValidationError

from portal.datasets import dcat
from portal.publication.catalogue import Dataset
from portal.publication.store import Store

BASE = "https://portal.example"
SHAPES = Path(__file__).parent / "shapes"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency"


@pytest.fixture(scope="module")
def turtle(store: Store) -> rdflib.Graph:
    return rdflib.Graph().parse(data=dcat.written(dcat.catalogue(store, BASE), "turtle"), format="turtle")


def broken(graph: rdflib.Graph, shapes: str) -> str:
    """What a validator finds wrong; empty where nothing is."""
    held = rdflib.Graph().parse(SHAPES / f"dcat-ap-3.0.1-{shapes}.ttl")
    valid, _, told = pyshacl.validate(graph, shacl_graph=held, inference="none")
    return "" if valid else str(told)


@pytest.mark.parametrize("shapes", ["shapes", "range"])
def test_the_catalogue_keeps_every_shape(turtle: rdflib.Graph, shapes: str) -> None:
    assert broken(turtle, shapes) == ""


def test_the_shapes_would_see_what_is_missing_or_of_another_class(turtle: rdflib.Graph) -> None:
    without = rdflib.Graph()
    for triple in turtle:
        if triple[1] != DCT.title and triple[2] != DCT.LicenseDocument:
            without.add(triple)
    assert "dcterms:title" in broken(without, "shapes") or "title" in broken(without, "shapes")
    assert "LicenseDocument" in broken(without, "range")


def test_every_form_says_the_same(store: Store, turtle: rdflib.Graph) -> None:
    described = dcat.catalogue(store, BASE)
    xml = rdflib.Graph().parse(data=dcat.written(described, "pretty-xml"), format="xml")
    assert len(xml) == len(turtle)
    assert set(xml.objects(None, DCAT.downloadURL)) == set(turtle.objects(None, DCAT.downloadURL))


def test_licences_and_publishers_are_addresses(turtle: rdflib.Graph) -> None:
    for wanted in (DCT.license, DCT.publisher):
        assert all(isinstance(o, rdflib.URIRef) for o in turtle.objects(None, wanted))
        assert list(turtle.objects(None, wanted))


def test_twice_a_year_is_a_frequency(store: Store) -> None:
    half = store.manifest.datasets[0].model_copy(update={"update_frequency": "每半年", "license_url": ""})
    described = dcat.dataset(store, half, BASE)
    assert described["dct:accrualPeriodicity"]["@id"] == f"{FREQUENCY}/ANNUAL_2"
    assert described["dcat:distribution"][0]["dct:license"]["@id"] == f"{BASE}/data#licence-{half.license}"


@pytest.mark.parametrize(
    "url", ["creativecommons.org/by", "https://a b", "javascript:alert(1)", "https://x.example/<y>"]
)
def test_a_licence_that_is_no_address_is_refused(store: Store, url: str) -> None:
    held = store.manifest.datasets[0].model_dump()
    with pytest.raises(ValidationError, match="license_url"):
        Dataset.model_validate(held | {"license_url": url})
