"""What strangers send to make a portal, or its visitors' browsers, ask another machine for something. Names end in `.invalid`: nobody has them."""

ELSEWHERE = "elsewhere.invalid"
_URL = f"http://{ELSEWHERE}/p.png"
_SAID = (
    f"![x]({_URL})",
    f"<img src={_URL}>",
    f"[x]({_URL}) <{_URL}>",
    f"<script src='{_URL}'></script><link rel=stylesheet href={_URL}>",
    f"$$\\includegraphics{{{_URL}}}$$",
    f"<svg/onload=fetch('{_URL}')>",
    f":material/x: <iframe src={_URL}></iframe>",
)
QUESTIONS = (*_SAID, f"人均道路面积的目标是多少？![x]({_URL})")
SQL = (
    f"SELECT * FROM read_csv('{_URL}')",
    f"SELECT * FROM '{_URL}'",
    f"INSTALL httpfs FROM '{_URL}'",
    f"ATTACH '{_URL}' AS x",
    f"SELECT '<img src={_URL}>' AS \"![x]({_URL})\"",
)
# Put into the parameters of pages' addresses.
WORDS = _SAID
PAGES = ("", "indicator", "policy", "documents", "projects", "nearby", "compare", "data", "gaps", "sql", "versions")
PARAMETERS = ("q", "id", "clause", "dataset", "measure", "kind", "sql", "lang", "from", "document")
HEADERS = (
    {"Host": ELSEWHERE},
    {"X-Forwarded-Host": ELSEWHERE, "X-Forwarded-Proto": "http", "X-Forwarded-For": "198.51.100.7"},
    {"Forwarded": f"for=198.51.100.7;host={ELSEWHERE};proto=http"},
    {"Origin": f"http://{ELSEWHERE}", "Referer": _URL},
)
PATHS = (
    "/",
    "/sitemap.xml",
    "/feed.atom",
    "/catalog.jsonld",
    "/datapackage.json",
    "/robots.txt",
    "/.well-known/security.txt",
    "/_stcore/health",
    "/_stcore/host-config",
    "/api/v1/datasets",
    "/api/3/action/package_search",
    f"/{_URL}",
    f"//{ELSEWHERE}/",
)
