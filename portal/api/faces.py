"""The catalogue in the forms other programs know: Data Package, DCAT, Croissant, the note to language models."""

import contextlib
import datetime
from typing import Annotated, Literal
from weakref import WeakKeyDictionary

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from portal.api.http import conditional, json_response
from portal.api.problems import not_found
from portal.api.shared import PREFIX, Version, base_url, dataset_of, known_parameters_only, store_of
from portal.datasets import dcat
from portal.datasets.croissant import croissant
from portal.datasets.data_package import data_package
from portal.datasets.formats import published_file
from portal.publication.json_object import JsonObject
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.errors import Sentence, sentence
from portal.texts.files import told
from portal.texts.interface import Language

router = APIRouter(tags=["目录"])

_LD = "application/ld+json"
# Where a language model reads what, in the order it may need it.
_FOR_MODELS = {
    "read": {"targets": "/", "plan": "/policy", "missing": "/gaps", "about": "/about"},
    "programs": {"api": f"{PREFIX}/docs", "mcp": "/mcp", "catalogue": "/catalog.jsonld", "feed": "/feed.atom"},
}


def _is(media_type: str) -> dict[int | str, JsonObject]:
    """The OpenAPI description of a reply of one media type."""
    return {200: {"content": {media_type: {}}, "description": "the document"}}


@router.get("/datapackage.json", summary="Data Package", response_class=Response, responses=_is("application/json"))
def data_package_json(request: Request) -> Response:
    """Every dataset as a resource of one Data Package (datapackage.org), columns as Table Schema."""
    store = store_of(request)
    base = base_url(request)
    urls = {d.id: f"{base}{PREFIX}/datasets/{d.id}.csv" for d in store.manifest.datasets}
    return json_response(request, data_package(store, urls), store)


_kept: WeakKeyDictionary[Store, dict[tuple[str, str], bytes]] = WeakKeyDictionary()
_Form = Literal["jsonld", "ttl", "rdf"]
_CATALOGUES: dict[_Form, tuple[str, dcat.RdfForm | None]] = {
    "jsonld": (_LD, None),
    "ttl": ("text/turtle", "turtle"),
    "rdf": ("application/rdf+xml", "pretty-xml"),
}
_AS_RDF: dict[int | str, JsonObject] = {
    200: {"content": {m: {} for m, _ in _CATALOGUES.values()}, "description": "the document"}
}


@router.get("/catalog", summary="DCAT-AP", response_class=Response, responses=_AS_RDF)
def catalogue(request: Request) -> Response:
    """The catalogue as DCAT-AP 3 in the form `Accept` asks for: JSON-LD, Turtle or RDF/XML; JSON-LD where it asks for none of them."""
    return _catalogue(request, _accepted(request.headers.get("accept", "")))


@router.get("/catalog.jsonld", summary="DCAT-AP (JSON-LD)", response_class=Response, responses=_is(_LD))
def catalogue_jsonld(request: Request) -> Response:
    """The catalogue as DCAT-AP 3 in JSON-LD."""
    return _catalogue(request, "jsonld")


@router.get("/catalog.ttl", summary="DCAT-AP (Turtle)", response_class=Response, responses=_is("text/turtle"))
def catalogue_turtle(request: Request) -> Response:
    """The catalogue as DCAT-AP 3 in Turtle."""
    return _catalogue(request, "ttl")


@router.get("/catalog.rdf", summary="DCAT-AP (RDF/XML)", response_class=Response, responses=_is("application/rdf+xml"))
def catalogue_xml(request: Request) -> Response:
    """The catalogue as DCAT-AP 3 in RDF/XML."""
    return _catalogue(request, "rdf")


def _catalogue(request: Request, form: _Form) -> Response:
    store, base = store_of(request), base_url(request)
    media_type, _ = _CATALOGUES[form]
    etag = f'W/"{store.version}-dcat-{form}"'
    return conditional(request, _written(store, base, form), media_type, etag, store, {"Vary": "Accept"})


def _written(store: Store, base: str, form: _Form) -> bytes:
    """The catalogue in a form, made once a version."""
    kept = _kept.setdefault(store, {})
    if (base, form) not in kept:
        described, other = dcat.catalogue(store, base), _CATALOGUES[form][1]
        kept[base, form] = dcat.written(described, other) if other else orjson.dumps(described)
    return kept[base, form]


def _accepted(header: str) -> _Form:
    """The form a client likes best; the first of ours where it likes several alike."""
    best: dict[str, float] = {}
    for part in header.lower().split(","):
        media, _, parameters = part.partition(";")
        weight = parameters.partition("q=")[2].partition(";")[0].strip() or "1"
        with contextlib.suppress(ValueError):
            best[media.strip()] = float(weight)
    forms = [(best.get(media, 0.0), form) for form, (media, _) in _CATALOGUES.items()]
    liked, form = max(forms, key=lambda f: f[0])
    return form if liked > 0 else "jsonld"


@router.get(
    f"{PREFIX}/datasets/{{dataset}}/croissant.json",
    summary="Croissant",
    response_class=Response,
    responses=_is(_LD),
    dependencies=[Depends(known_parameters_only)],
)
def dataset_as_croissant(
    request: Request,
    dataset: Annotated[str, Path(description="dataset id", examples=["indicators"])],
    version: Version = None,
) -> Response:
    """A dataset as Croissant (mlcommons.org/croissant) describes one: its Parquet file with checksum, a field for each column."""
    store = store_of(request, version)
    entry = dataset_of(store, dataset)
    if published_file(store, entry).parts:
        raise not_found(sentence("missing.croissant", dataset=dataset))
    body = orjson.dumps(croissant(store, entry, base_url(request)))
    return conditional(request, body, _LD, f'W/"{store.version}-croissant-{entry.id}"', store)


@router.get("/.well-known/security.txt", summary="报告漏洞", response_class=PlainTextResponse)
def security(request: Request) -> Response:
    """Where to report a fault of security (RFC 9116)."""
    base = base_url(request)
    expires = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    contact = settings().security_contact or f"{base}/about"
    lines = (f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: zh, en")
    return PlainTextResponse("\n".join((*lines, f"Canonical: {base}/.well-known/security.txt")) + "\n")


@router.get("/llms.txt", summary="给语言模型的说明", response_class=PlainTextResponse)
def for_models(
    request: Request, lang: Annotated[Language, Query(description="the language of its words: zh or en")] = "zh"
) -> Response:
    """What the portal holds and where a program reads it, as language models look for it (llmstxt.org)."""
    store, base = store_of(request), base_url(request)
    site = store.manifest.site
    values = {"site": Sentence(site.title, site.title_en), "plan": Sentence(site.plan_short, site.plan_short_en)}
    lines = [f"# {values['site'].told(lang)}", "", f"> {told('llms.summary', **values).told(lang)}", ""]
    for section, links in _FOR_MODELS.items():
        lines += [f"## {told(f'llms.{section}').told(lang)}", ""]
        lines += [f"- [{told(f'llms.{name}').told(lang)}]({base}{path})" for name, path in links.items()]
        lines.append("")
    titles = {d.id: Sentence(d.title_zh, d.title_en).told(lang) for d in store.manifest.datasets}
    lines += [f"## {told('llms.datasets').told(lang)}", ""]
    lines += [f"- [{title}]({base}{PREFIX}/datasets/{i}.csv)" for i, title in titles.items()]
    return PlainTextResponse("\n".join(lines) + "\n")
